import { clsx } from 'clsx';
import { Eye, EyeOff } from 'lucide-react';
import { useId, useState, type ComponentProps, type ReactNode } from 'react';

const control =
  'w-full rounded-md border border-control bg-field px-2.5 text-base text-fg transition-colors duration-120 hover:border-fg-subtle focus-visible:border-focus focus-visible:outline-1 focus-visible:outline-offset-0 disabled:opacity-60 aria-invalid:border-danger';

interface FieldShell {
  label: string;
  /** Visually hidden when the surroundings already say it. */
  hideLabel?: boolean | undefined;
  hint?: ReactNode;
  error?: string | undefined;
  optional?: boolean | undefined;
}

function Shell({
  id,
  label,
  hideLabel,
  hint,
  error,
  optional,
  children,
}: FieldShell & { id: string; children: ReactNode }) {
  return (
    <div className="grid content-start gap-1.5">
      <label htmlFor={id} className={hideLabel ? 'sr-only' : 'text-fg text-sm font-medium'}>
        {label}
        {optional && <span className="text-fg-subtle ml-1.5 font-normal">optional</span>}
      </label>
      {children}
      {hint && (
        <p id={`${id}-hint`} className="text-fg-subtle text-xs">
          {hint}
        </p>
      )}
      {error && (
        <p id={`${id}-error`} className="text-danger text-xs">
          {error}
        </p>
      )}
    </div>
  );
}

function describe(id: string, { hint, error }: FieldShell) {
  const ids = [hint ? `${id}-hint` : null, error ? `${id}-error` : null].filter(Boolean).join(' ');
  return { 'aria-describedby': ids || undefined, 'aria-invalid': error ? (true as const) : undefined };
}

type Props<T extends 'input' | 'textarea' | 'select'> = FieldShell & ComponentProps<T>;

export function TextField({
  label,
  hideLabel,
  hint,
  error,
  optional,
  className,
  id: given,
  ...rest
}: Props<'input'>) {
  const auto = useId();
  const id = given ?? auto;
  const shell = { label, hideLabel, hint, error, optional };
  return (
    <Shell id={id} {...shell}>
      <input id={id} className={clsx(control, 'h-9', className)} {...describe(id, shell)} {...rest} />
    </Shell>
  );
}

/** A secret: hidden until asked for, and never offered to the browser's form memory. */
export function SecretField({
  label,
  hideLabel,
  hint,
  error,
  optional,
  className,
  id: given,
  autoComplete = 'off',
  ...rest
}: Props<'input'>) {
  const auto = useId();
  const id = given ?? auto;
  const [shown, setShown] = useState(false);
  const shell = { label, hideLabel, hint, error, optional };
  return (
    <Shell id={id} {...shell}>
      <div className="relative">
        <input
          id={id}
          type={shown ? 'text' : 'password'}
          autoComplete={autoComplete}
          spellCheck={false}
          className={clsx(control, 'h-9 pr-9 font-mono', className)}
          {...describe(id, shell)}
          {...rest}
        />
        <button
          type="button"
          aria-label={shown ? `Hide ${label}` : `Show ${label}`}
          aria-pressed={shown}
          onClick={() => setShown(!shown)}
          className="text-fg-subtle hover:text-fg absolute inset-y-0 right-0 grid w-9 place-items-center rounded-md"
        >
          {shown ? <EyeOff aria-hidden className="size-4" /> : <Eye aria-hidden className="size-4" />}
        </button>
      </div>
    </Shell>
  );
}

export function TextArea({
  label,
  hideLabel,
  hint,
  error,
  optional,
  className,
  id: given,
  rows = 3,
  ...rest
}: Props<'textarea'>) {
  const auto = useId();
  const id = given ?? auto;
  const shell = { label, hideLabel, hint, error, optional };
  return (
    <Shell id={id} {...shell}>
      <textarea
        id={id}
        rows={rows}
        className={clsx(control, 'resize-y py-2', className)}
        {...describe(id, shell)}
        {...rest}
      />
    </Shell>
  );
}

export function SelectField({
  label,
  hideLabel,
  hint,
  error,
  optional,
  className,
  id: given,
  children,
  ...rest
}: Props<'select'>) {
  const auto = useId();
  const id = given ?? auto;
  const shell = { label, hideLabel, hint, error, optional };
  return (
    <Shell id={id} {...shell}>
      <select
        id={id}
        className={clsx(control, 'rf-select h-9 pr-8', className)}
        {...describe(id, shell)}
        {...rest}
      >
        {children}
      </select>
    </Shell>
  );
}

export function Switch({
  label,
  checked,
  onChange,
  hint,
}: {
  label: string;
  checked: boolean;
  onChange: (on: boolean) => void;
  hint?: string;
}) {
  return (
    <label className="flex min-h-7 cursor-pointer items-center justify-between gap-3 text-sm">
      <span>
        {label}
        {hint && <span className="text-fg-subtle block text-xs">{hint}</span>}
      </span>
      <input
        type="checkbox"
        role="switch"
        aria-checked={checked}
        checked={checked}
        onChange={(event) => onChange(event.target.checked)}
        className="peer sr-only"
      />
      <span
        aria-hidden
        className="border-control bg-canvas peer-checked:border-accent peer-checked:bg-accent peer-focus-visible:outline-focus after:bg-fg-muted peer-checked:after:bg-on-accent relative h-5 w-9 shrink-0 rounded-full border transition-colors duration-120 peer-focus-visible:outline-2 peer-focus-visible:outline-offset-2 after:absolute after:top-[3px] after:left-[3px] after:size-3 after:rounded-full after:transition-transform after:duration-120 peer-checked:after:translate-x-4"
      />
    </label>
  );
}
