import type { UseQueryResult } from '@tanstack/react-query';
import { ShieldCheck } from 'lucide-react';

import type { SentRequest } from '@/shared/api/types';
import { formatTime } from '@/shared/lib/dates';
import { plural } from '@/shared/lib/plural';
import { piecesOf } from '@/shared/lib/sent-pieces';
import { Callout } from '@/shared/ui/callout';
import { Dialog } from '@/shared/ui/dialog';
import { EmptyState } from '@/shared/ui/empty-state';
import { QueryView } from '@/shared/ui/query-view';
import { scrollable } from '@/shared/ui/scrollable';
import { SkeletonRows } from '@/shared/ui/skeleton';

/** Exactly what left the machine for a model, the newest first. */
export function SentDialog({
  query,
  onClose,
}: {
  query: UseQueryResult<SentRequest[]>;
  onClose: () => void;
}) {
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="What was sent"
      description="Word for word what a model was given. Names, addresses and secrets are replaced by stand-ins before."
      className="w-[min(48rem,calc(100vw-2rem))]!"
    >
      <QueryView query={query} skeleton={<SkeletonRows rows={3} label="Loading what was sent" />}>
        {(requests) =>
          requests.length === 0 ? (
            <EmptyState icon={ShieldCheck} title="Nothing left this machine">
              Every answer so far was made on it.
            </EmptyState>
          ) : (
            <ol className="grid grid-cols-1 gap-3">
              {requests.toReversed().map((request, i) => (
                <SentItem key={`${request.turn} ${request.at}`} request={request} open={i === 0} />
              ))}
            </ol>
          )
        }
      </QueryView>
    </Dialog>
  );
}

function SentItem({ request, open }: { request: SentRequest; open: boolean }) {
  const tokens = request.pseudonyms.map(({ token }) => token);
  return (
    <li className="border-line rounded-lg border">
      <details open={open}>
        <summary className="hover:bg-hover flex list-none flex-wrap items-baseline gap-x-3 gap-y-1 rounded-lg px-3.5 py-2.5 text-sm">
          <span className="font-medium">Turn {request.turn}</span>
          <span className="font-mono">{request.model}</span>
          <span className="text-fg-subtle">
            {request.purpose.replaceAll('_', ' ')}, {request.tier}
          </span>
          <span className="text-fg-subtle ml-auto tabular-nums">
            {request.input_tokens} in, {request.output_tokens} out · {formatTime(request.at)}
          </span>
        </summary>
        <div className="border-line grid grid-cols-1 gap-3 border-t px-3.5 py-3 text-sm">
          {request.failure !== null && (
            <Callout tone="warning" title="The answer was of no use">
              {request.failure}
            </Callout>
          )}
          {request.sent.map(({ role, text }, i) => (
            <figure key={`${role} ${i}`}>
              <figcaption className="text-fg-subtle mb-1 text-xs">{role}</figcaption>
              <pre
                {...scrollable}
                role="region"
                // Several parts may have one role, and several requests one turn.
                aria-label={`Part ${i + 1}, ${role}, sent at ${formatTime(request.at, true)}`}
                className="bg-canvas border-line max-h-72 overflow-y-auto rounded-md border px-3 py-2 font-mono text-xs leading-relaxed break-words whitespace-pre-wrap"
              >
                {piecesOf(text, tokens).map((piece, at) =>
                  piece.token ? (
                    <mark key={at} className="bg-success/12 text-fg rounded-sm font-semibold">
                      {piece.text}
                    </mark>
                  ) : (
                    piece.text
                  ),
                )}
              </pre>
            </figure>
          ))}
          <div>
            <p className="font-medium">
              {request.pseudonyms.length === 0
                ? 'No stand-ins were needed'
                : plural(request.pseudonyms.length, 'stand-in')}
            </p>
            {request.pseudonyms.length > 0 && (
              <ul aria-label="Stand-ins" className="mt-1 flex flex-wrap gap-x-4 gap-y-1">
                {request.pseudonyms.map(({ token, kind }) => (
                  <li key={token}>
                    <span className="font-mono font-medium">{token}</span>{' '}
                    <span className="text-fg-muted">for {kind.replaceAll('_', ' ')}</span>
                  </li>
                ))}
              </ul>
            )}
          </div>
          <p className="text-fg-subtle text-xs">
            Prompt <span className="font-mono">{request.prompt_version}</span>
          </p>
        </div>
      </details>
    </li>
  );
}
