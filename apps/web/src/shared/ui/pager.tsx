import { ChevronLeft, ChevronRight } from 'lucide-react';

import { Button } from './button';

interface PagerProps {
  page: number;
  hasNext: boolean;
  summary: string;
  onPage: (page: number) => void;
}

export function Pager({ page, hasNext, summary, onPage }: PagerProps) {
  const single = page <= 1 && !hasNext;
  return (
    <nav aria-label="Pages" className="text-fg-muted flex items-center gap-2 pt-3 text-sm">
      <span aria-live="polite" className="mr-auto tabular-nums">
        {summary}
      </span>
      {!single && (
        <>
          <Button size="sm" disabled={page <= 1} onClick={() => onPage(page - 1)}>
            <ChevronLeft aria-hidden className="size-3.5" /> Previous
          </Button>
          <Button size="sm" disabled={!hasNext} onClick={() => onPage(page + 1)}>
            Next <ChevronRight aria-hidden className="size-3.5" />
          </Button>
        </>
      )}
    </nav>
  );
}
