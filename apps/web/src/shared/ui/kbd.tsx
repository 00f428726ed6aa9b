import { clsx } from 'clsx';

const isMac = typeof navigator !== 'undefined' && /mac/i.test(navigator.userAgent);
const NAMES: Record<string, string> = { mod: isMac ? '⌘' : 'Ctrl', Enter: '↵', Escape: 'Esc' };

/** A key hint; not where there is hardly a keyboard. The shortcut sheet says the same, so screen readers skip it. */
export function Kbd({
  keys,
  tone = 'plain',
  always = false,
}: {
  keys: string;
  tone?: 'plain' | 'on-accent';
  /** Where the keys are the content and not a hint. */
  always?: boolean;
}) {
  return (
    <span
      aria-hidden
      className={clsx('inline-flex items-center gap-0.5', !always && 'max-sm:hidden pointer-coarse:hidden')}
    >
      {keys.split(/[ +]/).map((key, i) => (
        <kbd
          key={i}
          className={clsx(
            'inline-grid h-[1.125rem] min-w-[1.125rem] place-items-center rounded-sm border px-1 font-mono text-[0.6875rem] leading-none font-medium',
            tone === 'plain' ? 'border-line bg-canvas text-fg-subtle' : 'border-on-accent/35 text-on-accent',
          )}
        >
          {NAMES[key] ?? key.toUpperCase()}
        </kbd>
      ))}
    </span>
  );
}
