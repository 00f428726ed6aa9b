import { clsx } from 'clsx';
import { useId, type ReactNode } from 'react';

/** A titled surface. Panels stand beside each other on the canvas; they are not nested. */
export function Panel({
  title,
  aside,
  children,
  className,
  flush,
}: {
  title: string;
  aside?: ReactNode;
  children: ReactNode;
  className?: string;
  flush?: boolean;
}) {
  const id = useId();
  return (
    <section aria-labelledby={id} className={clsx('rounded-lg border border-line bg-surface', className)}>
      <div className="border-line flex min-h-11 items-center gap-2 border-b px-4 py-1.5">
        <h2 id={id} className="text-sm font-semibold">
          {title}
        </h2>
        {aside && <div className="text-fg-subtle ml-auto flex items-center gap-2 text-sm">{aside}</div>}
      </div>
      <div className={flush ? undefined : 'p-4'}>{children}</div>
    </section>
  );
}
