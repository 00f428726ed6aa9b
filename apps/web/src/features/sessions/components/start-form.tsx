import { Play } from 'lucide-react';
import { useEffect, useRef, type FormEvent } from 'react';
import { useNavigate } from 'react-router';

import { fieldErrors, messageOf } from '@/shared/api/problem';
import { formText } from '@/shared/lib/forms';
import { TicketButton } from '@/shared/psa/lazy';
import { Button } from '@/shared/ui/button';
import { Callout } from '@/shared/ui/callout';
import { TextField } from '@/shared/ui/field';

import { useStartSession } from '../api/mutations';

/** Ticket, client, go. Both can be added later; nothing stands between the engineer and the first step. */
export function StartForm({
  flowId,
  asked,
}: {
  flowId: string;
  /** Counts how often somebody asked for it by key; it may not have been there yet. */
  asked: number;
}) {
  const navigate = useNavigate();
  const start = useStartSession();
  const ticket = useRef<HTMLInputElement>(null);
  const client = useRef<HTMLInputElement>(null);
  const errors = fieldErrors(start.error);

  useEffect(() => {
    if (asked > 0) ticket.current?.focus();
  }, [asked]);

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => formText(form, name);
    start.mutate(
      {
        tree_id: flowId,
        ...(text('ticket') ? { ticket_number: text('ticket') } : {}),
        ...(text('client') ? { client_name: text('client') } : {}),
      },
      { onSuccess: (session) => void navigate(`/sessions/${session.id}`) },
    );
  }

  return (
    <form onSubmit={submit} className="grid gap-3" aria-label="Start a session">
      <TextField
        ref={ticket}
        label="Ticket number"
        name="ticket"
        optional
        autoComplete="off"
        className="font-mono"
        error={errors['ticket_number']}
      />
      <TextField
        ref={client}
        label="Client"
        name="client"
        optional
        autoComplete="off"
        error={errors['client_name']}
      />
      <TicketButton
        label="Choose a ticket"
        mode="start"
        onPick={({ id, company }) => {
          if (ticket.current) ticket.current.value = id;
          if (client.current && company) client.current.value = company;
        }}
      />
      {start.isError && Object.keys(errors).length === 0 && (
        <Callout tone="danger" title={messageOf(start.error)} role="alert" />
      )}
      <Button type="submit" variant="primary" size="lg" busy={start.isPending}>
        <Play aria-hidden className="size-4" /> Start session
      </Button>
    </form>
  );
}
