import { clsx } from 'clsx';

export function Skeleton({ className }: { className?: string }) {
  return <div aria-hidden className={clsx('animate-pulse rounded-md bg-hover', className)} />;
}

/** Rows of the height of real rows, so that nothing jumps when the data arrives. */
export function SkeletonRows({ rows = 6, label }: { rows?: number; label: string }) {
  return (
    <div
      role="status"
      aria-label={label}
      className="border-line bg-surface grid gap-px overflow-hidden rounded-lg border"
    >
      {Array.from({ length: rows }, (_, i) => (
        <div key={i} className="border-line flex h-14 items-center gap-4 border-b px-4 last:border-0">
          <Skeleton className="h-3.5 w-1/3" />
          <Skeleton className="ml-auto h-3.5 w-16" />
          <Skeleton className="h-3.5 w-24" />
        </div>
      ))}
    </div>
  );
}
