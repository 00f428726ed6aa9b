import { Button, type ButtonProps } from './button';

/** What is read page by page, as far as the way to the next page needs it. */
export interface Paged {
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage: () => unknown;
}

/** The way to the next page, where there is one. */
export function LoadMore({ query, ...button }: { query: Paged } & ButtonProps) {
  if (!query.hasNextPage) return null;
  return (
    <Button
      variant="ghost"
      busy={query.isFetchingNextPage}
      onClick={() => void query.fetchNextPage()}
      {...button}
    />
  );
}
