import { useQuery } from '@tanstack/react-query';
import { Building2, ChevronDown, Monitor, RefreshCw, UserRound } from 'lucide-react';
import type { ReactNode } from 'react';

import type { PsaTicketContext } from '@/shared/api/types';
import { formatAgo } from '@/shared/lib/dates';
import { plural } from '@/shared/lib/plural';
import { Badge } from '@/shared/ui/badge';
import { Button, IconButton } from '@/shared/ui/button';
import { Panel } from '@/shared/ui/panel';
import { scrollable } from '@/shared/ui/scrollable';
import { Skeleton } from '@/shared/ui/skeleton';

import { ticketQuery } from './api';
import { TROUBLE, troubleOf } from './model';

/** What the PSA knows of a session's ticket. Without a connection it is not there; the number in the header is. */
export function TicketPanel({ ticketId }: { ticketId: string }) {
  const query = useQuery(ticketQuery(ticketId));
  if (query.isError && troubleOf(query.error) === 'not_connected') return null;
  return (
    <Panel
      title="Ticket"
      aside={
        <>
          <span className="text-fg-muted font-mono">#{ticketId}</span>
          <IconButton
            label="Read the ticket again"
            className="size-6!"
            busy={query.isFetching}
            onClick={() => void query.refetch()}
          >
            {!query.isFetching && <RefreshCw aria-hidden className="size-3.5" />}
          </IconButton>
        </>
      }
    >
      {query.data ? (
        <TicketCard context={query.data} />
      ) : query.isPending ? (
        <div role="status" aria-label="Loading the ticket" className="grid gap-2">
          <Skeleton className="h-4" />
          <Skeleton className="h-4 w-2/3" />
          <Skeleton className="mt-2 h-16" />
        </div>
      ) : (
        <div className="grid justify-items-start gap-2 text-sm">
          <p className="font-medium">{TROUBLE[troubleOf(query.error)].title}</p>
          <p className="text-fg-muted">
            {TROUBLE[troubleOf(query.error)].text(query.error)} The session goes on without it.
          </p>
          <Button size="sm" busy={query.isFetching} onClick={() => void query.refetch()}>
            Try again
          </Button>
        </div>
      )}
    </Panel>
  );
}

function TicketCard({ context }: { context: PsaTicketContext }) {
  const { ticket, company, contact, configurations, recent_notes: notes } = context;
  return (
    <div className="grid grid-cols-1 gap-4 text-sm">
      <div className="grid gap-1.5">
        <p className="font-medium break-words">{ticket.summary}</p>
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
          {ticket.status && <Badge tone={ticket.closed ? 'warning' : 'accent'}>{ticket.status}</Badge>}
          {ticket.priority && <span className="text-fg-muted">{ticket.priority}</span>}
          {ticket.board && <span className="text-fg-subtle">{ticket.board}</span>}
        </p>
        {ticket.closed && <p className="text-warning">The ticket is closed. A note still reaches it.</p>}
      </div>
      {(company || contact) && (
        <ul className="grid gap-2.5">
          {company && (
            <Fact icon={Building2} name="Company" value={company.name}>
              {[company.phone, company.address]}
            </Fact>
          )}
          {contact && (
            <Fact icon={UserRound} name="Contact" value={contact.name}>
              {[contact.title, contact.phone, contact.email]}
            </Fact>
          )}
        </ul>
      )}
      {configurations.length > 0 && (
        <Fold icon={Monitor} title={plural(configurations.length, 'configuration')} open>
          <ul className="grid gap-2">
            {configurations.map((one) => (
              <li key={one.id}>
                <p className="flex flex-wrap items-baseline gap-x-2">
                  <span className="font-mono font-medium break-all">{one.name}</span>
                  {!one.active && <span className="text-warning text-xs">out of use</span>}
                </p>
                <p className="text-fg-muted break-words">
                  {[one.kind, one.model, one.os].filter(Boolean).join(' · ')}
                </p>
                {(one.ip_address ?? one.serial_number) && (
                  <p className="text-fg-subtle font-mono text-xs break-all">
                    {[one.ip_address, one.serial_number].filter(Boolean).join(' · ')}
                  </p>
                )}
              </li>
            ))}
          </ul>
        </Fold>
      )}
      {notes.length > 0 && (
        <Fold icon={ChevronDown} title={plural(notes.length, 'recent note')}>
          <ol className="grid gap-3">
            {notes.map((note, i) => (
              <li key={`${note.at} ${i}`} className="border-line border-l-2 pl-2.5">
                <p className="text-fg-subtle flex flex-wrap gap-x-2 text-xs">
                  {note.by && <span className="text-fg-muted">{note.by}</span>}
                  {note.kind && <span>{note.kind.replaceAll('_', ' ')}</span>}
                  {note.at && <span>{formatAgo(note.at)}</span>}
                </p>
                {/* From outside, and of any length: as text, and never as markup. */}
                <p
                  {...scrollable}
                  role="region"
                  aria-label={`Note ${i + 1}`}
                  className="text-fg-muted max-h-40 overflow-y-auto break-words whitespace-pre-wrap"
                >
                  {note.text}
                </p>
              </li>
            ))}
          </ol>
        </Fold>
      )}
    </div>
  );
}

function Fact({
  icon: Icon,
  name,
  value,
  children,
}: {
  icon: typeof Building2;
  name: string;
  value: string;
  children: (string | null)[];
}) {
  return (
    <li className="flex gap-2">
      <Icon aria-hidden className="text-fg-subtle mt-0.5 size-4 shrink-0" />
      <div className="min-w-0">
        <p className="font-medium break-words">
          <span className="sr-only">{name}: </span>
          {value}
        </p>
        {children
          .filter((line) => line !== null && line !== '')
          .map((line) => (
            <p key={line} className="text-fg-muted break-words">
              {line}
            </p>
          ))}
      </div>
    </li>
  );
}

function Fold({
  icon: Icon,
  title,
  open = false,
  children,
}: {
  icon: typeof Building2;
  title: string;
  open?: boolean;
  children: ReactNode;
}) {
  return (
    <details open={open} className="group">
      <summary className="hover:text-fg text-fg-muted mb-2 flex min-h-6 cursor-pointer list-none items-center gap-2 font-medium">
        <Icon aria-hidden className="text-fg-subtle size-4 shrink-0" />
        {title}
      </summary>
      {children}
    </details>
  );
}
