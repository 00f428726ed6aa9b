import { ArrowLeft, FileText, Link2, PanelRight, Pause, CirclePlay, Siren } from 'lucide-react';
import { useEffect, useRef, useState, type FormEvent } from 'react';
import { Link } from 'react-router';

import { messageOf } from '@/shared/api/problem';
import { Button, ButtonLink, IconButton } from '@/shared/ui/button';
import { TextField } from '@/shared/ui/field';
import { usePageFocus } from '@/shared/ui/page-header';

import { useLinkTicket } from '../api/mutations';
import type { AiSession } from '../api/types';
import { headingOf } from '../model/words';
import { ConfidenceChip } from './confidence-chip';
import { AiStatusBadge } from './status-badge';

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
          <Ticket session={session} mayLink={mine} />
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

function Ticket({ session, mayLink }: { session: AiSession; mayLink: boolean }) {
  const [editing, setEditing] = useState(false);
  const [ticket, setTicket] = useState('');
  const link = useLinkTicket(session.id);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (editing) field.current?.focus();
  }, [editing]);
  if (session.psa_ticket_id) {
    return <span className="text-fg font-mono">#{session.psa_ticket_id}</span>;
  }
  if (!mayLink) return null;
  if (!editing) {
    return (
      <Button size="sm" variant="ghost" onClick={() => setEditing(true)}>
        <Link2 aria-hidden className="size-3.5" /> Name its ticket
      </Button>
    );
  }
  function submit(event: FormEvent) {
    event.preventDefault();
    const number = ticket.trim().replace(/^#/, '');
    if (number !== '') link.mutate(number);
  }
  return (
    <form
      onSubmit={submit}
      onKeyDown={(event) => event.key === 'Escape' && setEditing(false)}
      className="flex items-start gap-1.5"
    >
      <TextField
        label="Ticket number"
        hideLabel
        ref={field}
        maxLength={100}
        placeholder="Ticket number"
        value={ticket}
        onChange={(event) => setTicket(event.target.value)}
        error={link.isError ? messageOf(link.error) : undefined}
        autoComplete="off"
        className="font-mono"
      />
      <Button type="submit" size="sm" busy={link.isPending}>
        Save
      </Button>
    </form>
  );
}
