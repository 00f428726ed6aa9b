import { ArrowLeft, FileText, PanelRight, Pause, CirclePlay, Siren } from 'lucide-react';
import { Link } from 'react-router';

import { PushChip } from '@/shared/psa/lazy';
import { Button, ButtonLink, IconButton } from '@/shared/ui/button';
import { usePageFocus } from '@/shared/ui/page-header';

import type { AiSession } from '../api/types';
import { headingOf } from '../model/words';
import { ConfidenceChip } from './confidence-chip';
import { AiStatusBadge } from './status-badge';
import { TicketLink } from './ticket-link';

interface HeaderProps {
  session: AiSession;
  /** Whether it is being worked, or could be after resuming it. */
  running: boolean;
  evidence: { shown: boolean; count: number; toggle: () => void };
  pausing: boolean;
  onPause: () => void;
  onResume: () => void;
  onResolve: () => void;
  resolving: boolean;
  /** Absent where nobody can be asked for help. */
  onHandOver?: (() => void) | undefined;
}

export function PilotHeader(props: HeaderProps) {
  const { session, running, evidence } = props;
  const title = headingOf(session);
  const heading = usePageFocus(session.psa_ticket_id ? `#${session.psa_ticket_id} ${title}` : title);
  const mine = running && session.can_work;
  return (
    <header className="border-line flex flex-wrap items-center gap-x-4 gap-y-2 border-b pb-4">
      <div className="min-w-0 flex-1 basis-full sm:basis-64">
        <Link
          to="/pilot"
          className="rf-pilot-back text-fg-muted hover:text-fg mb-1 inline-flex min-h-6 items-center gap-1 text-sm hover:underline"
        >
          <ArrowLeft aria-hidden className="size-3.5" /> All sessions
        </Link>
        <h1
          ref={heading}
          tabIndex={-1}
          title={title}
          className="text-lg font-semibold tracking-tight sm:truncate"
        >
          {title}
        </h1>
        <div className="text-fg-muted mt-0.5 flex flex-wrap items-center gap-x-2 gap-y-1 text-sm">
          <AiStatusBadge status={session.status} />
          <TicketLink session={session} mayLink={mine} />
          {session.psa_ticket_id && <PushChip session={{ id: session.id, kind: 'ai' }} />}
          {session.client_name && <span>{session.client_name}</span>}
          {session.escalated_to_id !== null && (
            <Link to={`/pilot/${session.id}?pickup=true`} className="text-accent-fg hover:underline">
              Briefing
            </Link>
          )}
        </div>
      </div>
      <ConfidenceChip session={session} />
      <div className="flex flex-wrap items-center gap-1.5">
        <Button
          variant={evidence.shown ? 'selected' : 'secondary'}
          aria-expanded={evidence.shown}
          aria-controls="pilot-evidence"
          onClick={evidence.toggle}
          kbd="e"
        >
          <PanelRight aria-hidden className="size-4" /> Evidence
          {evidence.count > 0 && <span className="tabular-nums">{evidence.count}</span>}
        </Button>
        {session.status === 'active' && mine && (
          <IconButton label="Pause" busy={props.pausing} onClick={props.onPause}>
            {!props.pausing && <Pause aria-hidden className="size-4" />}
          </IconButton>
        )}
        {session.status !== 'active' && mine && (
          <Button busy={props.pausing} onClick={props.onResume}>
            <CirclePlay aria-hidden className="size-4" /> Resume
          </Button>
        )}
        <ButtonLink to={`/pilot/${session.id}/document`} variant={running ? 'ghost' : 'primary'}>
          <FileText aria-hidden className="size-4" /> Note
        </ButtonLink>
        {mine && session.status !== 'abandoned' && props.onHandOver && (
          <Button onClick={props.onHandOver}>
            <Siren aria-hidden className="size-4" /> Escalate
          </Button>
        )}
        {mine && session.status !== 'abandoned' && (
          <Button variant="primary" busy={props.resolving} onClick={props.onResolve} kbd="f">
            Resolve
          </Button>
        )}
      </div>
    </header>
  );
}
