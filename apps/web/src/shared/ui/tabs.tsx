import { clsx } from 'clsx';
import { useId, useRef, type KeyboardEvent, type ReactNode } from 'react';

interface TabsProps<T extends string> {
  label: string;
  value: T;
  onChange: (value: T) => void;
  tabs: { value: T; label: ReactNode }[];
  children: ReactNode;
  /** Stands at the end of the tab row. */
  aside?: ReactNode;
}

/** Tabs after the ARIA pattern: one tab stop, arrows move and select. Small enough not to need a library. */
export function Tabs<T extends string>({ label, value, onChange, tabs, children, aside }: TabsProps<T>) {
  const id = useId();
  const list = useRef<HTMLDivElement>(null);

  function onKeyDown(event: KeyboardEvent) {
    const at = tabs.findIndex((tab) => tab.value === value);
    const moves: Record<string, number> = {
      ArrowRight: at + 1,
      ArrowLeft: at - 1,
      Home: 0,
      End: tabs.length - 1,
    };
    const to = moves[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const index = (to + tabs.length) % tabs.length;
    const next = tabs[index];
    if (!next) return;
    onChange(next.value);
    list.current?.querySelectorAll<HTMLElement>('[role="tab"]')[index]?.focus();
  }

  return (
    <div className="min-w-0">
      <div className="border-line flex items-end gap-3 border-b">
        <div
          ref={list}
          role="tablist"
          aria-label={label}
          className="flex min-w-0 gap-1 overflow-x-auto overflow-y-hidden"
        >
          {tabs.map((tab) => {
            const selected = tab.value === value;
            return (
              <button
                key={tab.value}
                type="button"
                role="tab"
                id={`${id}-${tab.value}`}
                aria-selected={selected}
                aria-controls={`${id}-panel`}
                tabIndex={selected ? 0 : -1}
                onKeyDown={onKeyDown}
                onClick={() => onChange(tab.value)}
                className={clsx(
                  '-mb-px h-9 border-b-2 px-2.5 text-sm font-medium whitespace-nowrap -outline-offset-2!',
                  selected ? 'border-accent-fg text-fg' : 'border-transparent text-fg-subtle hover:text-fg',
                )}
              >
                {tab.label}
              </button>
            );
          })}
        </div>
        {aside && <div className="ml-auto flex items-center gap-2 pb-1.5">{aside}</div>}
      </div>
      <div
        role="tabpanel"
        id={`${id}-panel`}
        aria-labelledby={`${id}-${value}`}
        tabIndex={-1}
        className="pt-4"
      >
        {children}
      </div>
    </div>
  );
}
