import { FileText, GitBranch } from 'lucide-react';
import { lazy, Suspense } from 'react';
import { Link } from 'react-router';

import type { TicketSnapshot } from '@/shared/api/types';
import { PushPanel, TicketPanel } from '@/shared/psa/lazy';
import { Panel } from '@/shared/ui/panel';
import { scrollable } from '@/shared/ui/scrollable';

import type { AiSession } from '../api/types';
import { hasEnded, isExploring, percent } from '../model/words';
import { EnginePanel } from './engine-panel';

const FilesPanel = lazy(() => import('./files-panel'));
const SimilarPanel = lazy(() => import('./similar-panel'));

/** What the copilot goes by: what came in, what its codes mean, and the flow it follows. */
export function EvidencePanel({ session }: { session: AiSession }) {
  const { signatures, intake_content: intake, matched_flow_id: flow, psa_ticket_id: ticket } = session;
  return (
    <div className="grid grid-cols-1 gap-4">
      {ticket !== null && (
        <>
          <TicketPanel ticketId={ticket} snapshot={intake.ticket_data as TicketSnapshot | null | undefined} />
          <PushPanel
            session={{ id: session.id, kind: 'ai' }}
            ticketId={ticket}
            mayPush={session.can_work}
            hasEnded={hasEnded(session.status)}
          />
        </>
      )}
      {session.uploads.length > 0 && (
        <Suspense fallback={null}>
          <FilesPanel session={session} />
        </Suspense>
      )}
      {isExploring(session) && (
        <Suspense fallback={null}>
          <SimilarPanel session={session} />
        </Suspense>
      )}
      <Panel title="Error codes">
        {signatures.length === 0 ? (
          <p className="text-fg-muted text-sm">None found in what came in so far.</p>
        ) : (
          <dl className="grid gap-3 text-sm">
            {signatures.map(({ kind, code, meaning }) => (
              <div key={`${kind} ${code}`}>
                <dt className="flex flex-wrap items-baseline gap-x-2">
                  <span className="font-mono font-medium break-all">{code}</span>
                  <span className="text-fg-subtle text-xs">{kind.replaceAll('_', ' ')}</span>
                </dt>
                <dd className="text-fg-muted">{meaning ?? 'No meaning known.'}</dd>
              </div>
            ))}
          </dl>
        )}
      </Panel>
      {flow !== null && (
        <Panel title="Flow it follows">
          <Link to={`/flows/${flow}`} className="group flex gap-2 text-sm">
            <GitBranch aria-hidden className="text-fg-subtle mt-0.5 size-4 shrink-0" />
            <span>
              <span className="font-medium group-hover:underline">
                {session.matched_flow_name ?? 'A flow'}
              </span>
              {session.match_score !== null && (
                <span className="text-fg-muted block tabular-nums">fits {percent(session.match_score)}</span>
              )}
            </span>
          </Link>
        </Panel>
      )}
      <EnginePanel session={session} />
      <Panel title="What came in">
        <Block label="Text" text={intake.text} />
        <Block label="Log" text={intake.log_content} mono />
        {!intake.text && !intake.log_content && (
          <p className="text-fg-muted text-sm">Nothing but the ticket.</p>
        )}
      </Panel>
    </div>
  );
}

function Block({
  label,
  text,
  mono = false,
}: {
  label: string;
  text: string | null | undefined;
  mono?: boolean;
}) {
  if (!text) return null;
  return (
    <figure className="mb-2">
      <figcaption className="text-fg-subtle mb-1 flex items-center gap-1.5 text-xs">
        <FileText aria-hidden className="size-3.5" /> {label}
      </figcaption>
      <p
        {...scrollable}
        role="region"
        aria-label={`${label} that came in`}
        className={`max-h-80 overflow-y-auto text-sm break-words whitespace-pre-wrap ${mono ? 'font-mono' : ''}`}
      >
        {text}
      </p>
    </figure>
  );
}
