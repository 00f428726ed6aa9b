import type { ReactNode } from 'react';

import { LoadMore, type Paged } from './load-more';

/** Rows in one frame, and the way to those that came before. */
export function PagedRows({ label, query, children }: { label: string; query: Paged; children: ReactNode }) {
  return (
    <>
      <ul
        aria-label={label}
        className="border-line bg-surface divide-line divide-y overflow-hidden rounded-lg border"
      >
        {children}
      </ul>
      <LoadMore query={query} className="justify-self-center">
        Load older
      </LoadMore>
    </>
  );
}

/** One of them: what it is, how it stands, and what can be done about it at its end. */
export const PagedRow = ({ action, children }: { action?: ReactNode; children: ReactNode }) => (
  <li className="flex flex-wrap items-start gap-x-4 gap-y-2 px-4 py-3 text-sm">
    <div className="min-w-0 flex-1 basis-64">{children}</div>
    {action}
  </li>
);
