import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query';
import { clsx } from 'clsx';
import { ChevronDown } from 'lucide-react';
import type { ReactNode } from 'react';
import { NavLink } from 'react-router';

import { useRowKeys } from '@/shared/lib/use-row-keys';

import { LoadMore } from './load-more';
import { QueryView } from './query-view';
import { SkeletonRows } from './skeleton';

interface RecentListProps<Item> {
  query: UseInfiniteQueryResult<InfiniteData<{ items: Item[] }>>;
  /** What the list is of, for who hears it. */
  label: string;
  /** The same within a sentence: "chats". */
  things: string;
  /** Said where there is none. */
  empty: string;
  children: (item: Item) => ReactNode;
}

/** A sidebar's list of what was used last, read page by page; arrow keys move in it. */
export function RecentList<Item>({ query, label, things, empty, children }: RecentListProps<Item>) {
  const { container, onKeyDown } = useRowKeys<HTMLDivElement>();
  return (
    <div ref={container} onKeyDown={onKeyDown} role="presentation" className="flex-1 overflow-y-auto">
      <QueryView query={query} skeleton={<SkeletonRows rows={4} label={`Loading ${things}`} />}>
        {({ pages }) => {
          const items = pages.flatMap((page) => page.items);
          if (items.length === 0) {
            return (
              <p className="text-fg-muted border-line rounded-lg border border-dashed px-3 py-4 text-sm">
                {empty}
              </p>
            );
          }
          return (
            <>
              <ul aria-label={label} className="grid gap-0.5">
                {items.map(children)}
              </ul>
              <LoadMore query={query} size="sm" className="mt-2">
                <ChevronDown aria-hidden className="size-3.5" /> Load older
              </LoadMore>
              {query.isFetchNextPageError && (
                <p role="alert" className="text-danger mt-1 text-sm">
                  The older {things} did not load.
                </p>
              )}
            </>
          );
        }}
      </QueryView>
    </div>
  );
}

/** A row of such a list, and of what stands above it. */
export function RecentLink({
  to,
  className,
  children,
}: {
  to: string;
  className: string;
  children: ReactNode;
}) {
  return (
    <NavLink
      to={to}
      data-row
      className={({ isActive }) =>
        clsx(
          'rounded-md px-2.5 py-2 text-sm -outline-offset-2! transition-colors duration-120',
          className,
          isActive ? 'bg-hover' : 'hover:bg-hover',
        )
      }
    >
      {children}
    </NavLink>
  );
}
