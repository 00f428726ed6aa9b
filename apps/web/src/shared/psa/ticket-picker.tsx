import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Plug, SearchX, Ticket as TicketIcon, TriangleAlert } from 'lucide-react';
import { useRef, useState } from 'react';

import { useAuth } from '@/shared/api/auth-session';
import type { PsaTicket } from '@/shared/api/types';
import { formatAgo } from '@/shared/lib/dates';
import { useDebounced } from '@/shared/lib/use-debounced';
import { useRowKeys } from '@/shared/lib/use-row-keys';
import { Badge } from '@/shared/ui/badge';
import { Button, ButtonLink } from '@/shared/ui/button';
import { Callout } from '@/shared/ui/callout';
import { Dialog } from '@/shared/ui/dialog';
import { EmptyState } from '@/shared/ui/empty-state';
import { SelectField, TextField } from '@/shared/ui/field';
import { LoadMore } from '@/shared/ui/load-more';
import { SkeletonRows } from '@/shared/ui/skeleton';

import { optionsQuery, ticketsQuery } from './api';
import { TROUBLE, troubleOf } from './model';

interface TicketPickerProps {
  /** To begin with a ticket, or to name the ticket of what runs already. */
  mode: 'start' | 'link';
  /** Waits for what the last choice led to. */
  busy?: boolean;
  /** What came of it, if it went wrong. */
  problem?: string | null;
  onPick: (ticket: PsaTicket) => void;
  /** Taken where the PSA does not answer: the number is enough to go on. */
  onNumber: (id: string) => void;
  onClose: () => void;
}

const WORDS = {
  start: { title: 'Start from a ticket', description: 'Its summary and its client come along.' },
  link: {
    title: 'Link a ticket',
    description: 'The session is recorded under it, and its note goes there.',
  },
};

const SEARCH_AFTER_MS = 250;
/** The longest number a session takes, characters. */
const MOST_ID_CHARS = 100;

/** Finds a ticket of the PSA. Where that does not answer, a number does. */
export default function TicketPicker({ mode, busy, problem, onPick, onNumber, onClose }: TicketPickerProps) {
  const [text, setText] = useState('');
  const search = useDebounced(text.trim().replace(/^#/, ''), SEARCH_AFTER_MS);
  const [board, setBoard] = useState('');
  const query = useInfiniteQuery(ticketsQuery(search, board));
  // Where they cannot be read the search does without.
  const boards = useQuery({ ...optionsQuery(), enabled: query.isSuccess }).data?.boards ?? [];
  const { container, onKeyDown, focusFirst } = useRowKeys<HTMLDivElement>();
  const field = useRef<HTMLInputElement>(null);
  const tickets = query.data?.pages.flatMap(({ items }) => items) ?? [];
  const settled = !query.isPending && !query.isPlaceholderData;
  // Stays while the next search is under way: a PSA that is away takes its time to say so again.
  const [trouble, setTrouble] = useState<Error | null>(null);
  const latest = query.isPending ? trouble : query.error;
  if (latest !== trouble) setTrouble(latest);
  const typed = text.trim().replace(/^#/, '');
  const number = typed === '' || typed.length > MOST_ID_CHARS ? null : typed;

  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={WORDS[mode].title}
      description={WORDS[mode].description}
      className="w-[min(42rem,calc(100vw-2rem))]!"
    >
      <div
        ref={container}
        onKeyDown={(event) => {
          const first = container.current?.querySelector('[data-row]') === document.activeElement;
          if (event.key === 'ArrowUp' && first) {
            event.preventDefault();
            field.current?.focus();
          } else onKeyDown(event);
        }}
        role="presentation"
        className="grid grid-cols-1 gap-3"
      >
        <TextField
          ref={(element) => {
            if (field.current === null) element?.focus();
            field.current = element;
          }}
          label="Search tickets"
          type="search"
          placeholder="Its number, or a part of its summary"
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            const only = settled && search === typed ? tickets[0] : undefined;
            if (event.key === 'ArrowDown') {
              event.preventDefault();
              focusFirst();
            } else if (event.key === 'Enter' && tickets.length === 1 && only && busy !== true) {
              event.preventDefault();
              onPick(only);
            }
          }}
          maxLength={200}
          autoComplete="off"
        />
        {boards.length > 1 && (
          <SelectField label="Board" value={board} onChange={(event) => setBoard(event.target.value)}>
            <option value="">All boards</option>
            {boards.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </SelectField>
        )}
        {problem && <Callout tone="danger" title={problem} role="alert" />}
        <p role="status" className="sr-only">
          {settled && !query.isError ? `${tickets.length} tickets` : ''}
        </p>
        {latest !== null && tickets.length === 0 ? (
          <Trouble
            error={latest}
            number={number}
            busy={busy === true}
            asking={query.isFetching}
            onAgain={() => void query.refetch()}
            onNumber={onNumber}
          />
        ) : query.isPending ? (
          <SkeletonRows rows={4} label="Loading tickets" />
        ) : tickets.length === 0 ? (
          <EmptyState
            icon={SearchX}
            title={search === '' && board === '' ? 'There are no open tickets' : 'No open ticket matches'}
            action={
              (search !== '' || board !== '') && (
                <Button
                  onClick={() => {
                    setText('');
                    setBoard('');
                    field.current?.focus();
                  }}
                >
                  Clear the search
                </Button>
              )
            }
          >
            {search === ''
              ? 'What is open in your PSA stands here.'
              : 'Try its number, or a word of its summary.'}
          </EmptyState>
        ) : (
          <ul aria-label="Tickets" aria-busy={query.isPlaceholderData} className="grid gap-0.5">
            {tickets.map((ticket) => (
              <TicketRow key={ticket.id} ticket={ticket} disabled={busy === true} onPick={onPick} />
            ))}
          </ul>
        )}
        {tickets.length > 0 && (
          <LoadMore query={query} size="sm">
            Load more
          </LoadMore>
        )}
      </div>
    </Dialog>
  );
}

function TicketRow({
  ticket,
  disabled,
  onPick,
}: {
  ticket: PsaTicket;
  disabled: boolean;
  onPick: (ticket: PsaTicket) => void;
}) {
  const beside = [ticket.company, ticket.contact, ticket.board].filter(Boolean).join(' · ');
  return (
    <li>
      <button
        type="button"
        data-row
        disabled={disabled}
        onClick={() => onPick(ticket)}
        className="hover:bg-hover grid w-full gap-0.5 rounded-md px-2.5 py-2 text-left -outline-offset-2! disabled:opacity-60"
      >
        <span className="flex min-w-0 items-baseline gap-2">
          <span className="text-fg-muted shrink-0 font-mono text-sm">#{ticket.id}</span>
          <span className="min-w-0 font-medium break-words">{ticket.summary}</span>
        </span>
        <span className="text-fg-subtle flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1 text-xs">
          {ticket.status && <Badge tone={ticket.closed ? 'neutral' : 'accent'}>{ticket.status}</Badge>}
          {ticket.priority && <span className="text-fg-muted">{ticket.priority}</span>}
          <span className="min-w-0 truncate">{beside}</span>
          {ticket.last_updated && <span className="ml-auto shrink-0">{formatAgo(ticket.last_updated)}</span>}
        </span>
      </button>
    </li>
  );
}

/** Why there are no tickets to choose from, and the ways on. */
function Trouble({
  error,
  number,
  busy,
  asking,
  onAgain,
  onNumber,
}: {
  error: unknown;
  number: string | null;
  /** What was chosen is on its way. */
  busy: boolean;
  /** The PSA is being asked. */
  asking: boolean;
  onAgain: () => void;
  onNumber: (id: string) => void;
}) {
  const admin = useAuth(
    (s) => s.user?.role === 'owner' || s.user?.role === 'team_admin' || s.user?.is_super_admin === true,
  );
  const trouble = troubleOf(error);
  const { title, text } = TROUBLE[trouble];
  const unconnected = trouble === 'not_connected';
  return (
    <EmptyState
      icon={unconnected ? Plug : TriangleAlert}
      title={title}
      action={
        <div className="flex flex-wrap justify-center gap-2">
          {number !== null && (
            <Button variant="primary" disabled={busy} onClick={() => onNumber(number)}>
              <TicketIcon aria-hidden className="size-4" /> Use #{number} as it is
            </Button>
          )}
          {!unconnected && (
            <Button busy={asking} onClick={onAgain}>
              Try again
            </Button>
          )}
          {admin && (unconnected || trouble === 'no_access') && (
            <ButtonLink to="/account/integrations">Open the integrations</ButtonLink>
          )}
        </div>
      }
    >
      {text(error)} {number === null && 'Or type the ticket’s number above, and go on with that.'}
    </EmptyState>
  );
}
