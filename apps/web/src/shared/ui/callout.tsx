import { clsx } from 'clsx';
import { CircleAlert, CircleCheck, Info, TriangleAlert, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';

type CalloutTone = 'info' | 'warning' | 'danger' | 'success';

const TONES: Record<CalloutTone, { icon: LucideIcon; box: string; ink: string }> = {
  info: { icon: Info, box: 'border-info/35 bg-info/8', ink: 'text-info' },
  warning: { icon: TriangleAlert, box: 'border-warning/40 bg-warning/8', ink: 'text-warning' },
  danger: { icon: CircleAlert, box: 'border-danger/40 bg-danger/8', ink: 'text-danger' },
  success: { icon: CircleCheck, box: 'border-success/35 bg-success/8', ink: 'text-success' },
};

interface CalloutProps {
  tone: CalloutTone;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
  /** "alert" interrupts, "status" waits its turn; leave out for text that was there from the start. */
  role?: 'alert' | 'status';
  className?: string;
}

export function Callout({ tone, title, children, action, role, className }: CalloutProps) {
  const { icon: Icon, box, ink } = TONES[tone];
  return (
    <div role={role} className={clsx('flex gap-2.5 rounded-md border px-3 py-2.5', box, className)}>
      <Icon aria-hidden className={clsx('mt-0.5 size-4 shrink-0', ink)} />
      <div className="min-w-0 flex-1">
        <p className={clsx('font-medium', ink)}>{title}</p>
        {children && <div className="text-fg-muted mt-0.5">{children}</div>}
      </div>
      {action && <div className="shrink-0 self-center">{action}</div>}
    </div>
  );
}
