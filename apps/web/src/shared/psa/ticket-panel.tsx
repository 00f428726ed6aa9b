import { useQuery } from '@tanstack/react-query';
import { Building2, ChevronDown, Monitor, RefreshCw, UserRound } from 'lucide-react';
import type { ReactNode } from 'react';

import type { PsaTicketContext, TicketChange, TicketSnapshot } from '@/shared/api/types';
import { formatAgo } from '@/shared/lib/dates';
import { plural } from '@/shared/lib/plural';
import { Badge } from '@/shared/ui/badge';
import { Button, IconButton } from '@/shared/ui/button';
import { Panel } from '@/shared/ui/panel';
import { scrollable } from '@/shared/ui/scrollable';
import { Skeleton } from '@/shared/ui/skeleton';

import { keptTicketQuery, ticketQuery } from './api';
import { usePsa } from './connected';
import { TROUBLE, troubleOf } from './model';

/**
 * What the PSA knows of a session's ticket. Without a connection it is not there; the number in the header is. What is kept
 * of it stands there at once, and where the PSA does not answer: a conversation has it at hand, a guided session asks.
 */
export function TicketPanel({
  ticketId,
  snapshot: known,
  sessionId,
}: {
  ticketId: string;
  snapshot?: TicketSnapshot | null | undefined;
  /** The guided session it is shown for. */
  sessionId?: string;
}) {
  const connected = usePsa()?.connected;
  const kept = useQuery({
    ...keptTicketQuery(sessionId ?? '', ticketId),
    enabled: connected === true && sessionId !== undefined,
  });
  const snapshot = known ?? kept.data;
  const query = useQuery({ ...ticketQuery(ticketId), enabled: connected === true });
  if (connected !== true || (query.isError && troubleOf(query.error) === 'not_connected')) return null;
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
      <Changes changes={snapshot?.changes ?? []} />
      {query.data ? (
        <TicketCard context={query.data} />
      ) : snapshot?.ticket ? (
        <KeptTicket snapshot={snapshot} trouble={query.error} />
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

/** What others did to the ticket since work began: the last of each kind, in a line. */
function Changes({ changes }: { changes: TicketChange[] }) {
  const last = changes.at(-1);
  if (last === undefined) return null;
  const notes = changes.filter(({ kind }) => kind === 'note').length;
  const others = [...new Map(changes.map((change) => [SAID[change.kind] ?? '', change])).values()];
  const words = others
    .filter(({ kind }) => kind !== 'note')
    .map(({ kind, now }) => {
      const what = SAID[kind] ?? 'changed';
      return kind === 'status' || kind === 'summary' ? `${what} “${now}”` : what;
    });
  if (notes > 0) words.push(plural(notes, 'new note'));
  return (
    <p role="status" className="text-warning mb-3 text-sm break-words">
      Changed in the PSA {formatAgo(last.at)}: {words.join(', ')}.
    </p>
  );
}

const SAID: Record<TicketChange['kind'], string> = {
  status: 'status is now',
  closed: 'it is closed',
  reopened: 'it is open again',
  summary: 'summary is now',
  note: 'note',
  deleted: 'it was deleted',
};

/** The ticket as it was read for this conversation, while the PSA is asked or does not answer. */
function KeptTicket({ snapshot, trouble }: { snapshot: TicketSnapshot; trouble: Error | null }) {
  const { ticket } = snapshot;
  if (ticket === null) return null;
  const beside = [ticket.company, ticket.contact, ticket.board].map((named) => named?.name).filter(Boolean);
  return (
    <div className="grid gap-1.5 text-sm">
      <p className="font-medium break-words">{ticket.summary}</p>
      <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
        {ticket.status && <Badge tone={ticket.closed ? 'warning' : 'accent'}>{ticket.status.name}</Badge>}
        <span className="text-fg-muted min-w-0 break-words">{beside.join(' · ')}</span>
      </p>
      <p className="text-fg-subtle text-xs">
        As it was {formatAgo(snapshot.fetched_at)}.{' '}
        {trouble !== null && TROUBLE[troubleOf(trouble)].text(trouble)}
      </p>
    </div>
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
