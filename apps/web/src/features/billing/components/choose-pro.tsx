import { clsx } from 'clsx';
import { Check } from 'lucide-react';
import { useState, type FormEvent } from 'react';

import { messageOf } from '@/shared/api/problem';
import { Button } from '@/shared/ui/button';
import { Callout } from '@/shared/ui/callout';
import { Panel } from '@/shared/ui/panel';

import { useCheckout, type Interval } from '../api/billing';

const GIVES = [
  'Any number of flows of your own',
  'Any number of documents turned into flows',
  'A seat for everybody in the account',
];
const INTERVALS: { value: Interval; label: string }[] = [
  { value: 'month', label: 'Monthly' },
  { value: 'year', label: 'Yearly' },
];

export function ChoosePro({ renew }: { renew: boolean }) {
  const [interval, setInterval] = useState<Interval>('month');
  const checkout = useCheckout();

  function submit(event: FormEvent) {
    event.preventDefault();
    checkout.mutate({ plan: 'pro', interval });
  }

  return (
    <Panel title={renew ? 'Renew Pro' : 'Choose Pro'}>
      <form onSubmit={submit} aria-label="Choose Pro" className="grid gap-4">
        <ul className="grid gap-1.5">
          {GIVES.map((text) => (
            <li key={text} className="flex items-center gap-2">
              <Check aria-hidden className="text-success size-4 shrink-0" /> {text}
            </li>
          ))}
        </ul>
        <div className="flex flex-wrap items-center gap-3">
          <fieldset className="border-control flex rounded-md border p-0.5">
            <legend className="sr-only">How often is paid</legend>
            {INTERVALS.map(({ value, label }) => (
              <label
                key={value}
                className={clsx(
                  'relative flex h-7.5 cursor-pointer items-center rounded-sm px-2.5 text-sm has-focus-visible:outline-2 has-focus-visible:outline-focus',
                  interval === value
                    ? 'bg-accent-soft font-medium text-accent-fg'
                    : 'text-fg-muted hover:text-fg',
                )}
              >
                <input
                  type="radio"
                  name="interval"
                  className="absolute opacity-0"
                  checked={interval === value}
                  onChange={() => setInterval(value)}
                />
                {label}
              </label>
            ))}
          </fieldset>
          <Button type="submit" variant="primary" size="lg" busy={checkout.isPending || checkout.isSuccess}>
            Go to checkout
          </Button>
        </div>
        <p className="text-fg-subtle text-xs">
          The price and the tax are shown before anything is paid. Card numbers never come here: payment
          happens on the provider's page.
        </p>
        {checkout.isError && (
          <Callout tone="danger" title={messageOf(checkout.error)} role="alert">
            Nothing was charged.
          </Callout>
        )}
      </form>
    </Panel>
  );
}
