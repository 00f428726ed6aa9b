import { clsx } from 'clsx';

import { useUrlState } from '@/shared/lib/use-url-state';

interface StateFilterProps {
  states: Record<string, { words: string }>;
  legend: string;
}

/** One state, or all. */
export function StateFilter({ states, legend }: StateFilterProps) {
  const { get, set } = useUrlState();
  const chosen = get('state');
  const choices = [
    ['', 'All'],
    ...Object.entries(states).map(([value, { words }]) => [value, words]),
  ] as const;
  return (
    <search className="mb-4 flex">
      <fieldset className="border-control flex flex-wrap rounded-md border p-0.5">
        <legend className="sr-only">{legend}</legend>
        {choices.map(([value = '', label]) => (
          <label
            key={value}
            className={clsx(
              'relative flex h-7.5 cursor-pointer items-center rounded-sm px-2.5 text-sm has-focus-visible:outline-2 has-focus-visible:outline-focus',
              chosen === value ? 'bg-accent-soft font-medium text-accent-fg' : 'text-fg-muted hover:text-fg',
            )}
          >
            <input
              type="radio"
              name="state"
              className="absolute opacity-0"
              checked={chosen === value}
              onChange={() => set({ state: value })}
            />
            {label}
          </label>
        ))}
      </fieldset>
    </search>
  );
}
