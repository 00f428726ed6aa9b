import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';

interface EmptyStateProps {
  icon: LucideIcon;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}

/** What belongs here, and the one next thing to do about it. */
export function EmptyState({ icon: Icon, title, children, action }: EmptyStateProps) {
  return (
    <div className="border-line grid justify-items-center gap-1 rounded-lg border border-dashed px-6 py-10 text-center">
      <Icon aria-hidden className="text-fg-subtle mb-2 size-6" />
      <p className="font-medium">{title}</p>
      {children && <div className="text-fg-muted max-w-md text-sm">{children}</div>}
      {action && <div className="mt-3">{action}</div>}
    </div>
  );
}
