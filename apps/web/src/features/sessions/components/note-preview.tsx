import { clsx } from 'clsx';
import { useState, type RefObject } from 'react';

import type { NoteFormat, NoteHit, NotePreview as Preview } from '@/shared/api/types';
import { Button } from '@/shared/ui/button';
import { Markdown } from '@/shared/ui/markdown';
import { scrollable } from '@/shared/ui/scrollable';

import { kindLabel, piecesOf } from '../model/redaction';

interface NotePreviewProps {
  note: Preview;
  format: NoteFormat;
  stale: boolean;
  /** The box with the text as it leaves; nothing but that text is in it. */
  source: RefObject<HTMLPreElement | null>;
  onToggle: (key: string) => void;
}

/** The note as it will be pasted. HTML is shown in a frame without any rights: no script, no form, no same origin. */
export function NotePreview({ note, format, stale, source, onToggle }: NotePreviewProps) {
  const [asSource, setAsSource] = useState(false);
  const rendered = format === 'html' || format === 'markdown';
  return (
    <div className={clsx('transition-opacity duration-120', stale && 'opacity-60')}>
      {rendered && (
        <div className="mb-2 flex justify-end">
          <Button size="sm" variant="ghost" aria-pressed={asSource} onClick={() => setAsSource(!asSource)}>
            {asSource ? 'Show rendered' : 'Show source'}
          </Button>
        </div>
      )}
      {rendered && !asSource ? (
        format === 'html' ? (
          <iframe
            title="Preview of the HTML note"
            sandbox=""
            srcDoc={note.text}
            className="border-line h-[34rem] w-full rounded-lg border bg-white"
          />
        ) : (
          <div className="border-line bg-surface rounded-lg border p-5">
            <Markdown text={note.text} />
          </div>
        )
      ) : (
        <pre
          {...scrollable}
          ref={source}
          aria-label="Note text"
          data-testid="note-text"
          className="border-line bg-surface max-h-[42rem] overflow-auto rounded-lg border p-5 font-mono text-sm leading-relaxed break-words whitespace-pre-wrap"
        >
          {piecesOf(note.text, note.hits).map((piece) =>
            piece.hit ? (
              <Hit key={piece.at} hit={piece.hit} text={piece.text} onToggle={onToggle} />
            ) : (
              piece.text
            ),
          )}
        </pre>
      )}
    </div>
  );
}

const MASKED = 'rounded-sm bg-success/12 text-fg';
const KEPT = 'rounded-sm bg-warning/12 text-fg underline decoration-dotted underline-offset-4';

/** A masked place, or one that was kept. Its text is only what the note says there: it can be selected and copied. */
function Hit({ hit, text, onToggle }: { hit: NoteHit; text: string; onToggle: (key: string) => void }) {
  const { key, kept } = hit;
  const kind = kindLabel(hit.kind);
  if (!key) {
    return (
      <mark title={kind} className={MASKED}>
        {text}
      </mark>
    );
  }
  const what = kept ? `${kind}, shown: mask it again` : `${kind}, masked: show it as it is`;
  return (
    <button
      type="button"
      title={what}
      aria-label={what}
      aria-pressed={kept}
      onClick={() => onToggle(key)}
      // Inline, not a box: what is kept may be longer than a line.
      className={clsx(
        'inline text-left whitespace-pre-wrap select-text hover:bg-hover',
        kept ? KEPT : MASKED,
      )}
    >
      {text}
    </button>
  );
}
