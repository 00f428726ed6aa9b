import { useInfiniteQuery } from '@tanstack/react-query';
import { clsx } from 'clsx';
import { ChevronDown, History, SearchX } from 'lucide-react';
import { useEffect, useRef, type RefObject } from 'react';

import { useRowKeys } from '@/shared/lib/use-row-keys';
import { useUrlState } from '@/shared/lib/use-url-state';
import { useUrlText } from '@/shared/lib/use-url-text';
import { Button, ButtonLink } from '@/shared/ui/button';
import { EmptyState } from '@/shared/ui/empty-state';
import { TextField } from '@/shared/ui/field';
import { PageHeader } from '@/shared/ui/page-header';
import { QueryView } from '@/shared/ui/query-view';
import { SkeletonRows } from '@/shared/ui/skeleton';

import { sessionPagesQuery } from './api/queries';
import { SessionList } from './components/session-list';

const PAGE_SIZE = 25;
const STATUSES = [
  { value: '', label: 'All' },
  { value: 'active', label: 'Running' },
  { value: 'prepared', label: 'Prepared' },
  { value: 'completed', label: 'Completed' },
];
const TEXT_FILTERS = [
  { key: 'ticket', label: 'Ticket', placeholder: 'Ticket number' },
  { key: 'client', label: 'Client', placeholder: 'Client' },
  { key: 'flow', label: 'Flow', placeholder: 'Flow name' },
] as const;

export function Component() {
  const url = useUrlState();
  const { container, onKeyDown } = useRowKeys<HTMLDivElement>();
  const query = useInfiniteQuery(
    sessionPagesQuery({
      status: url.get('status'),
      ticket_number: url.get('ticket'),
      client_name: url.get('client'),
      tree_name: url.get('flow'),
      limit: PAGE_SIZE,
    }),
  );
  const olderFrom = useFocusOnOlder(container, query.data?.pages.length);
  const searched = ['ticket', 'client', 'flow'].some((key) => url.get(key) !== '');
  const filtered = searched || url.get('status') !== '';
  const clear = () => url.set({ status: null, ticket: null, client: null, flow: null });

  return (
    <>
      <PageHeader title="Sessions" description="Your sessions, running and done, newest first." />
      <search className="mb-4 flex flex-wrap items-center gap-2">
        <fieldset className="border-control flex rounded-md border p-0.5">
          <legend className="sr-only">Status</legend>
          {STATUSES.map(({ value, label }) => (
            <label
              key={value}
              className={clsx(
                'relative flex h-7.5 cursor-pointer items-center rounded-sm px-2.5 text-sm has-focus-visible:outline-2 has-focus-visible:outline-focus',
                url.get('status') === value
                  ? 'bg-accent-soft font-medium text-accent-fg'
                  : 'text-fg-muted hover:text-fg',
              )}
            >
              <input
                type="radio"
                name="status"
                className="absolute opacity-0"
                checked={url.get('status') === value}
                onChange={() => url.set({ status: value })}
              />
              {label}
            </label>
          ))}
        </fieldset>
        {TEXT_FILTERS.map((filter) => (
          <div key={filter.key} className="min-w-28 flex-1 sm:max-w-52">
            <UrlText name={filter.key} label={filter.label} placeholder={filter.placeholder} />
          </div>
        ))}
        {filtered && (
          <Button variant="ghost" onClick={clear}>
            Clear
          </Button>
        )}
      </search>
      <div ref={container} onKeyDown={onKeyDown} role="presentation">
        <QueryView query={query} skeleton={<SkeletonRows rows={8} label="Loading sessions" />}>
          {({ pages }) => {
            const sessions = pages.flatMap((page) => page.items);
            if (sessions.length === 0)
              return <Nothing status={searched ? null : url.get('status')} onClear={clear} />;
            const older = () => {
              olderFrom(sessions.length);
              void query.fetchNextPage();
            };
            return (
              <>
                <div className="border-line bg-surface overflow-hidden rounded-lg border">
                  <SessionList sessions={sessions} label="Sessions" />
                </div>
                <div className="text-fg-muted flex items-center gap-3 pt-3 text-sm">
                  <span aria-live="polite" className="mr-auto tabular-nums">
                    {countOf(sessions.length, query.hasNextPage)}
                  </span>
                  {query.isFetchNextPageError && (
                    <span role="alert" className="text-danger">
                      The older sessions did not load.
                    </span>
                  )}
                  {query.hasNextPage && (
                    <Button size="sm" onClick={older} busy={query.isFetchingNextPage}>
                      <ChevronDown aria-hidden className="size-3.5" /> Load older
                    </Button>
                  )}
                </div>
              </>
            );
          }}
        </QueryView>
      </div>
    </>
  );
}

const EMPTY: Record<string, { title: string; text: string }> = {
  '': { title: 'No sessions yet', text: 'Start a flow, and its session stays here with its note.' },
  active: { title: 'Nothing is running', text: 'A session you start stays here until it is concluded.' },
  prepared: {
    title: 'Nothing is prepared',
    text: 'Sessions a colleague makes ready for you, or you for yourself, wait here.',
  },
  completed: {
    title: 'Nothing is completed yet',
    text: 'Concluded sessions are kept here with their notes.',
  },
};

/** `status` is null when the text filters left nothing over; otherwise the status that has no sessions. */
function Nothing({ status, onClear }: { status: string | null; onClear: () => void }) {
  const empty = status === null ? undefined : EMPTY[status];
  if (!empty) {
    return (
      <EmptyState
        icon={SearchX}
        title="No session matches"
        action={<Button onClick={onClear}>Clear the filters</Button>}
      >
        Part of a ticket number, a client or a flow is enough.
      </EmptyState>
    );
  }
  return (
    <EmptyState icon={History} title={empty.title} action={<ButtonLink to="/flows">Find a flow</ButtonLink>}>
      {empty.text}
    </EmptyState>
  );
}

function countOf(shown: number, more: boolean): string {
  if (more) return `The newest ${shown}`;
  return shown === 1 ? '1 session' : `All ${shown}`;
}

/** Moves the focus to the first of the rows that were asked for when they come, so that reading goes on there. */
function useFocusOnOlder(container: RefObject<HTMLElement | null>, pages: number | undefined) {
  const from = useRef<number | null>(null);
  useEffect(() => {
    const row =
      from.current === null
        ? null
        : container.current?.querySelectorAll<HTMLElement>('[data-row]')[from.current];
    if (!row) return;
    from.current = null;
    row.focus();
  }, [container, pages]);
  return (row: number) => {
    from.current = row;
  };
}

function UrlText({ name, label, placeholder }: { name: string; label: string; placeholder: string }) {
  const [text, setText] = useUrlText(name);
  return (
    <TextField
      label={label}
      hideLabel
      type="search"
      placeholder={placeholder}
      value={text}
      onChange={(event) => setText(event.target.value)}
    />
  );
}
