import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query';
import { SearchX } from 'lucide-react';
import type { ReactNode } from 'react';

import { plural } from '@/shared/lib/plural';
import { useUrlText } from '@/shared/lib/use-url-text';
import { EmptyState } from '@/shared/ui/empty-state';
import { TextField } from '@/shared/ui/field';
import { LoadMore } from '@/shared/ui/load-more';
import { QueryView } from '@/shared/ui/query-view';
import { SkeletonRows } from '@/shared/ui/skeleton';

interface SearchListProps<T> {
  label: string;
  query: UseInfiniteQueryResult<InfiniteData<{ items: T[] }>>;
  one: string;
  many: string;
  children: (rows: T[]) => ReactNode;
}

/** What a search finds, a page at a time. */
export function SearchList<T>({ label, query, one, many, children }: SearchListProps<T>) {
  const [text, setText] = useUrlText('search');
  return (
    <>
      <search className="mb-4 block max-w-sm">
        <TextField
          label={label}
          hideLabel
          type="search"
          maxLength={200}
          placeholder={label}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      </search>
      <QueryView query={query} skeleton={<SkeletonRows rows={8} label={`Loading ${many}`} />}>
        {({ pages }) => {
          const rows = pages.flatMap(({ items }) => items);
          if (rows.length === 0) {
            return (
              <EmptyState icon={SearchX} title={`No ${one} matches`}>
                Part of a name is enough, or a whole id.
              </EmptyState>
            );
          }
          return (
            <>
              {children(rows)}
              <div className="text-fg-muted flex items-center justify-between gap-3 pt-3 text-sm">
                <span aria-live="polite" className="tabular-nums">
                  {plural(rows.length, one, many)}
                  {query.hasNextPage && ' so far'}
                </span>
                <LoadMore query={query} variant="secondary" size="sm">
                  Load more
                </LoadMore>
              </div>
            </>
          );
        }}
      </QueryView>
    </>
  );
}
