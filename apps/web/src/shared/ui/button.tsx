import { clsx } from 'clsx';
import { Loader2 } from 'lucide-react';
import type { ComponentProps, ReactNode } from 'react';
import { Link, type LinkProps } from 'react-router';

import { Kbd } from './kbd';

const BASE =
  'inline-flex shrink-0 items-center justify-center gap-1.5 rounded-md font-medium whitespace-nowrap transition-colors duration-120 select-none disabled:cursor-not-allowed disabled:opacity-50 aria-disabled:opacity-50 pointer-coarse:min-h-11';

const VARIANT = {
  primary: 'bg-accent text-on-accent hover:bg-accent-hover',
  secondary: 'border border-line bg-raised text-fg hover:border-control hover:bg-hover',
  /** Pressed: a filter that is on. */
  selected: 'border border-accent-fg/40 bg-accent-soft text-accent-fg hover:border-accent-fg',
  ghost: 'text-fg-muted hover:bg-hover hover:text-fg',
  danger: 'border border-danger/50 text-danger hover:bg-danger/10',
};

const SIZE = {
  sm: 'h-7 px-2 text-sm',
  md: 'h-8 px-3 text-sm',
  lg: 'h-9 px-4 text-base',
  icon: 'size-8',
};

interface Style {
  variant?: keyof typeof VARIANT | undefined;
  size?: keyof typeof SIZE | undefined;
}

const styleOf = ({ variant = 'secondary', size = 'md' }: Style) => [BASE, VARIANT[variant], SIZE[size]];

export interface ButtonProps extends ComponentProps<'button'>, Style {
  /** Shows a spinner and refuses a second press. */
  busy?: boolean | undefined;
  kbd?: string | undefined;
}

export function Button({
  variant,
  size,
  busy,
  kbd,
  className,
  children,
  disabled,
  type = 'button',
  ...rest
}: ButtonProps) {
  return (
    <button
      type={type}
      className={clsx(styleOf({ variant, size }), className)}
      disabled={disabled || busy}
      aria-busy={busy || undefined}
      {...rest}
    >
      {busy && <Loader2 aria-hidden className="size-3.5 animate-spin" />}
      {children}
      {kbd && <Kbd keys={kbd} tone={variant === 'primary' ? 'on-accent' : 'plain'} />}
    </button>
  );
}

export function ButtonLink({ variant, size, className, ...rest }: LinkProps & Style) {
  return <Link className={clsx(styleOf({ variant, size }), className)} {...rest} />;
}

export function IconButton({
  label,
  children,
  className,
  ...rest
}: ButtonProps & { label: string; children: ReactNode }) {
  return (
    <Button
      variant="ghost"
      size="icon"
      aria-label={label}
      title={label}
      className={clsx('px-0', className)}
      {...rest}
    >
      {children}
    </Button>
  );
}
