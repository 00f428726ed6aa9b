import { Link } from 'react-router';

import type { Citation } from '../api/types';
import { addressOf, bodyOf, inWords, lookOf } from '../model/sources';

/** What an answer rests on, as it was read then; each leads to its source. */
export function Citations({ citations, open }: { citations: Citation[]; open: boolean }) {
  if (citations.length === 0) return null;
  return (
    <ol aria-label="Sources" className="mt-3 grid grid-cols-1 gap-2">
      {citations.map((citation) => (
        <CitationItem key={citation.number} citation={citation} open={open} />
      ))}
    </ol>
  );
}

function CitationItem({ citation, open }: { citation: Citation; open: boolean }) {
  const { icon: Icon, word } = lookOf(citation);
  return (
    <li className="border-line bg-surface rounded-lg border">
      <details open={open}>
        <summary className="hover:bg-hover flex list-none items-baseline gap-2 rounded-lg px-3 py-2 text-sm">
          <span className="text-accent-fg shrink-0 font-mono text-xs">[{citation.number}]</span>
          <Icon aria-hidden className="text-fg-subtle size-3.5 shrink-0 self-center" />
          <span className="min-w-0 flex-1">
            <span className="sr-only">{word}: </span>
            <span className="font-medium break-words">{citation.title}</span>
            {citation.heading != null && citation.heading !== citation.title && (
              <span className="text-fg-muted break-words"> › {inWords(citation.heading)}</span>
            )}
          </span>
        </summary>
        <div className="border-line grid justify-items-start gap-2 border-t px-3 py-2 text-sm">
          <p className="text-fg-muted break-words whitespace-pre-wrap">{bodyOf(citation)}</p>
          <Link
            to={addressOf(citation)}
            className="text-accent-fg font-medium hover:underline"
            aria-label={`Open the ${word.toLowerCase()} ${citation.title}`}
          >
            Open the {word.toLowerCase()}
          </Link>
        </div>
      </details>
    </li>
  );
}
