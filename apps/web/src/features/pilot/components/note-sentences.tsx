import { clsx } from 'clsx';
import {
  Braces,
  FileText,
  ListChecks,
  MessageSquare,
  Ticket,
  TriangleAlert,
  type LucideIcon,
} from 'lucide-react';
import { useState, type ReactNode } from 'react';

import { formatTime } from '@/shared/lib/dates';
import { Panel } from '@/shared/ui/panel';

import type { Documentation, Evidence, Sentence } from '../api/types';

const ICON: Record<Evidence['kind'], LucideIcon> = {
  intake: FileText,
  step: ListChecks,
  message: MessageSquare,
  signature: Braces,
  ticket: Ticket,
};

/** The note, sentence by sentence; pointing at one, or walking to it with Tab, shows what it rests on. */
export function NoteSentences({ note, children }: { note: Documentation; children: ReactNode }) {
  const [at, setAt] = useState<string | null>(null);
  const [pinned, setPinned] = useState<string | null>(null);
  const known = new Map(note.evidence.map((item) => [item.id, item]));
  const shown = at ?? pinned;
  const sentence = shown === null ? undefined : sentenceAt(note, shown);
  return (
    <div className="rf-pilot-note">
      <article aria-label="The note" data-testid="note-text" className="grid max-w-prose grid-cols-1 gap-5">
        {note.sections.map((section, s) => (
          <section key={s}>
            <h2 className="mb-1 font-semibold">{section.title}</h2>
            <p className="text-fg-muted">
              {section.sentences.map((line, i) => {
                const key = `${s}.${i}`;
                return (
                  <span key={key}>
                    <span
                      role="button"
                      tabIndex={0}
                      aria-pressed={pinned === key}
                      aria-describedby="note-evidence"
                      onMouseEnter={() => setAt(key)}
                      onMouseLeave={() => setAt(null)}
                      onFocus={() => setAt(key)}
                      onBlur={() => setAt(null)}
                      onClick={() => setPinned(pinned === key ? null : key)}
                      onKeyDown={(event) => {
                        if (event.key !== 'Enter' && event.key !== ' ') return;
                        event.preventDefault();
                        setPinned(pinned === key ? null : key);
                      }}
                      data-bare={line.evidence.length === 0 ? '' : undefined}
                      className={clsx(
                        'rf-pilot-fact rounded-sm transition-colors duration-120',
                        shown === key ? 'bg-accent-soft text-fg' : 'hover:text-fg',
                      )}
                    >
                      {line.text}
                    </span>{' '}
                  </span>
                );
              })}
            </p>
          </section>
        ))}
      </article>
      <div className="rf-pilot-beside">
        <div className="rf-pilot-proof" data-on={sentence ? '' : undefined}>
          <Panel title={sentence ? 'What this sentence rests on' : 'Evidence'}>
            <div id="note-evidence">
              <EvidenceList sentence={sentence} known={known} />
            </div>
          </Panel>
        </div>
        {children}
      </div>
    </div>
  );
}

function sentenceAt(note: Documentation, key: string): Sentence | undefined {
  const [section = -1, sentence = -1] = key.split('.').map(Number);
  return note.sections[section]?.sentences[sentence];
}

function EvidenceList({
  sentence,
  known,
}: {
  sentence: Sentence | undefined;
  known: ReadonlyMap<string, Evidence>;
}) {
  if (!sentence) {
    return (
      <p className="text-fg-muted text-sm">
        Point at a sentence, or walk to it with Tab, to see its evidence.
      </p>
    );
  }
  const items = sentence.evidence.flatMap((id) => known.get(id) ?? []);
  if (items.length === 0) {
    return (
      <p className="text-warning flex gap-2 text-sm">
        <TriangleAlert aria-hidden className="mt-px size-4 shrink-0" /> Nothing recorded says this.
      </p>
    );
  }
  return (
    <ul className="grid max-h-80 gap-3 overflow-y-auto text-sm">
      {items.map((item) => {
        const Icon = ICON[item.kind];
        return (
          <li key={item.id} className="flex gap-2.5">
            <Icon aria-hidden className="text-fg-subtle mt-0.5 size-4 shrink-0" />
            <span className="min-w-0">
              <span className="flex flex-wrap gap-x-2">
                <span className="font-medium">{item.label}</span>
                {item.at && <span className="text-fg-subtle tabular-nums">{formatTime(item.at)}</span>}
              </span>
              <span className="text-fg-muted line-clamp-3 break-words whitespace-pre-wrap">{item.text}</span>
            </span>
          </li>
        );
      })}
    </ul>
  );
}
