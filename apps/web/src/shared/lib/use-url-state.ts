import { useCallback } from 'react';
import { useSearchParams } from 'react-router';

/** Filters live in the URL: they survive reloads, can be bookmarked and shared. A change goes back to page one. */
export function useUrlState() {
  const [params, setParams] = useSearchParams();
  const set = useCallback(
    (change: Record<string, string | null>) => {
      setParams(
        (previous) => {
          const next = new URLSearchParams(previous);
          if (!('page' in change)) next.delete('page');
          for (const [key, value] of Object.entries(change)) {
            if (value === null || value === '') next.delete(key);
            else next.set(key, value);
          }
          return next;
        },
        { replace: true, preventScrollReset: true },
      );
    },
    [setParams],
  );
  return { params, get: (key: string) => params.get(key) ?? '', set };
}
