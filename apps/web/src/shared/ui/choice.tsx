import { useId } from 'react';

interface ChoiceProps<T extends string> {
  /** For screen readers; the options say enough to the eye. */
  legend: string;
  value: T;
  onChange: (value: T) => void;
  options: { value: T; label: string; hint: string }[];
}

/** One of a few ways to go on, each with what it means. */
export function Choice<T extends string>({ legend, value, onChange, options }: ChoiceProps<T>) {
  const id = useId();
  return (
    <fieldset className="grid gap-2 text-sm">
      <legend className="sr-only">{legend}</legend>
      {options.map(({ value: option, label, hint }) => (
        <div key={option}>
          <label className="flex cursor-pointer items-center gap-2.5 font-medium">
            <input
              type="radio"
              name={id}
              value={option}
              checked={value === option}
              aria-describedby={`${id}-${option}`}
              onChange={() => onChange(option)}
              className="size-4"
            />
            {label}
          </label>
          <p id={`${id}-${option}`} className="text-fg-muted pl-6.5">
            {hint}
          </p>
        </div>
      ))}
    </fieldset>
  );
}
