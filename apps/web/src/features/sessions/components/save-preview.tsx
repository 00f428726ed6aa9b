import { useQuery } from '@tanstack/react-query';
import { CircleAlert, CircleCheck, Info, TriangleAlert } from 'lucide-react';

import { messageOf } from '@/shared/api/problem';
import type { SavePreview as Preview } from '@/shared/api/types';
import { isGraph, outlineOf, stepsOf } from '@/shared/lib/flow-structure';
import { plural } from '@/shared/lib/plural';
import { plainText } from '@/shared/lib/variables';
import { Callout } from '@/shared/ui/callout';
import { scrollable } from '@/shared/ui/scrollable';
import { Skeleton } from '@/shared/ui/skeleton';

import type { savePreviewQuery } from '../api/mutations';

const LOOK = {
  error: { icon: CircleAlert, ink: 'text-danger', word: 'Error' },
  warning: { icon: TriangleAlert, ink: 'text-warning', word: 'Warning' },
  info: { icon: Info, ink: 'text-info', word: 'Hint' },
} as const;

/** The steps of the flow that would be saved, and what the checks say about it, before anything is. */
export function SavePreview({ query: options }: { query: ReturnType<typeof savePreviewQuery> }) {
  const query = useQuery(options);
  if (query.isError) return <Callout tone="danger" title={messageOf(query.error)} role="alert" />;
  if (!query.data) {
    return (
      <div role="status" aria-label="Loading the preview">
        <Skeleton className="h-24" />
      </div>
    );
  }
  const titles = titlesOf(query.data);
  const { findings } = query.data.lint;
  return (
    <section aria-label="Preview" className="border-line rounded-lg border text-sm">
      <h3 className="text-fg-subtle border-line border-b px-3 py-1.5 text-xs font-medium">
        Preview: {plural(titles.length, 'step')}
      </h3>
      <ol {...scrollable} aria-label="Steps" className="max-h-44 list-decimal overflow-y-auto py-2 pr-3 pl-9">
        {titles.map((title, i) => (
          <li key={i} className="marker:text-fg-subtle py-0.5">
            {title}
          </li>
        ))}
      </ol>
      <ul
        {...scrollable}
        aria-label="Checks"
        className="border-line grid max-h-32 gap-1 overflow-y-auto border-t px-3 py-2"
      >
        {findings.length === 0 && (
          <li className="text-fg-muted flex items-center gap-2">
            <CircleCheck aria-hidden className="text-success size-4" /> Nothing to fix.
          </li>
        )}
        {findings.map((finding, i) => {
          const { icon: Icon, ink, word } = LOOK[finding.severity];
          return (
            <li key={i} className="flex gap-2">
              <Icon aria-hidden className={`mt-px size-4 shrink-0 ${ink}`} />
              <span>
                <span className={`font-medium ${ink}`}>{word}:</span> {finding.message}
              </span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function titlesOf({ tree_structure: structure, intake_form }: Preview): string[] {
  const titles = isGraph(structure)
    ? outlineOf(structure)
        .filter((row) => !row.repeat)
        .map((row) => row.node.title)
    : stepsOf(structure.sections).map((step) => step.title);
  return titles.map((title) => plainText(title, {}, intake_form.fields ?? []));
}
