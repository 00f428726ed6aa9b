import { Clock, Pencil } from 'lucide-react';
import { useEffect, useRef, useState, type FormEvent } from 'react';
import { Link } from 'react-router';

import type { SessionResponse } from '@/shared/api/types';
import { formatClock, formatDuration } from '@/shared/lib/dates';
import { formText } from '@/shared/lib/forms';
import { TicketButton } from '@/shared/psa/lazy';
import { Button, IconButton } from '@/shared/ui/button';
import { TextField } from '@/shared/ui/field';
import { usePageFocus } from '@/shared/ui/page-header';

import { SaveAsFlow } from '../components/save-as-flow';
import { Escalate } from './escalate';
import type { Runner } from './use-runner';

/** Counts on from the server's figure while the page is in view, and never runs backwards. */
export function useActiveSeconds(session: SessionResponse): number {
  const [seconds, setSeconds] = useState(session.active_seconds);
  const running = session.status === 'active';
  if (session.active_seconds > seconds) setSeconds(session.active_seconds);
  useEffect(() => {
    if (!running) return undefined;
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') setSeconds((now) => now + 1);
    }, 1000);
    return () => clearInterval(timer);
  }, [running]);
  return seconds;
}

interface SessionHeaderProps {
  runner: Runner;
  progress: string | null;
  onConclude: (() => void) | null;
}

export function SessionHeader({ runner, progress, onConclude }: SessionHeaderProps) {
  const { session } = runner;
  const seconds = useActiveSeconds(session);
  const [editing, setEditing] = useState(false);
  const heading = usePageFocus(
    `${session.ticket_number ? `#${session.ticket_number} ` : ''}${session.tree_snapshot.name}`,
  );
  return (
    <header className="border-line bg-canvas/95 z-20 -mx-4 -mt-6 mb-5 border-b px-4 py-3 backdrop-blur-sm sm:sticky sm:top-12 sm:-mx-6 sm:px-6">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <div className="min-w-0 flex-1 basis-full sm:basis-64">
          <h1 ref={heading} tabIndex={-1} className="text-lg font-semibold tracking-tight sm:truncate">
            <Link
              to={`/flows/${session.tree_id}`}
              title={session.tree_snapshot.name}
              className="hover:underline"
            >
              {session.tree_snapshot.name}
            </Link>
          </h1>
          <p className="text-fg-muted flex flex-wrap items-center gap-x-2 text-sm">
            <span className={session.ticket_number ? 'text-fg font-mono' : undefined}>
              {session.ticket_number ? `#${session.ticket_number}` : 'No ticket'}
            </span>
            <span aria-hidden>·</span>
            <span>{session.client_name ?? 'No client'}</span>
            {session.target_label && (
              <>
                <span aria-hidden>·</span>
                <span className="font-mono">{session.target_label}</span>
              </>
            )}
            <IconButton
              label="Edit ticket and client"
              onClick={() => setEditing(!editing)}
              aria-expanded={editing}
              className="size-6!"
            >
              <Pencil aria-hidden className="size-3.5" />
            </IconButton>
          </p>
        </div>
        {progress && <span className="text-fg-muted text-sm tabular-nums">{progress}</span>}
        <span
          role="timer"
          aria-label={`Active time ${formatDuration(seconds)}`}
          className="text-fg-muted inline-flex items-center gap-1.5 font-mono text-sm tabular-nums"
        >
          <Clock aria-hidden className="text-fg-subtle size-4" />
          <span aria-hidden>{formatClock(seconds)}</span>
        </span>
        <SaveAsFlow session={session} settled={() => runner.queue.settled()} compact />
        <Escalate runner={runner} />
        {onConclude && (
          <Button onClick={onConclude} kbd="f" className="max-sm:ml-auto">
            Conclude
          </Button>
        )}
      </div>
      {editing && <DetailsForm runner={runner} onClose={() => setEditing(false)} />}
    </header>
  );
}

function DetailsForm({ runner, onClose }: { runner: Runner; onClose: () => void }) {
  const { session, queue } = runner;
  const ticket = useRef<HTMLInputElement>(null);
  const client = useRef<HTMLInputElement>(null);
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => formText(form, name) || null;
    queue.push({ kind: 'details', body: { ticket_number: text('ticket'), client_name: text('client') } });
    onClose();
  }
  return (
    <form onSubmit={submit} className="animate-enter mt-3 flex max-w-xl flex-wrap items-end gap-2">
      <div className="min-w-36 flex-1">
        <TextField
          ref={ticket}
          label="Ticket number"
          name="ticket"
          defaultValue={session.ticket_number ?? ''}
          className="font-mono"
          autoComplete="off"
        />
      </div>
      <div className="min-w-36 flex-1">
        <TextField
          ref={client}
          label="Client"
          name="client"
          defaultValue={session.client_name ?? ''}
          autoComplete="off"
        />
      </div>
      <TicketButton
        label="Choose"
        mode="link"
        size="lg"
        onPick={({ id, company }) => {
          if (ticket.current) ticket.current.value = id;
          if (client.current && company) client.current.value = company;
        }}
      />
      <Button type="submit" variant="primary" size="lg">
        Save
      </Button>
      <Button variant="ghost" size="lg" onClick={onClose}>
        Cancel
      </Button>
    </form>
  );
}
