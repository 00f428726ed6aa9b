import { clsx } from 'clsx';
import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';

const BASE =
  'inline-flex h-5 shrink-0 items-center gap-1 rounded-sm border px-1.5 text-xs font-medium whitespace-nowrap';

const TONE = {
  neutral: 'border-line text-fg-muted',
  accent: 'border-accent-fg/30 bg-accent-soft text-accent-fg',
  success: 'border-success/35 text-success',
  warning: 'border-warning/40 text-warning',
  danger: 'border-danger/40 text-danger',
  info: 'border-info/35 text-info',
};

export type Tone = keyof typeof TONE;

/** A status in words; the icon and the tone only support the word. */
export function Badge({
  tone = 'neutral',
  icon: Icon,
  children,
  className,
}: {
  tone?: Tone;
  icon?: LucideIcon;
  children: ReactNode;
  className?: string;
}) {
  return (
    <span className={clsx(BASE, TONE[tone], className)}>
      {Icon && <Icon aria-hidden className="size-3" />}
      {children}
    </span>
  );
}
