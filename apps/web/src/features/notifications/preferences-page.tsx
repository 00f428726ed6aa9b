import { useQuery } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';

import { messageOf } from '@/shared/api/problem';
import type { NotificationPreferences, QuietHours } from '@/shared/api/types';
import { Button } from '@/shared/ui/button';
import { Callout } from '@/shared/ui/callout';
import { Switch, TextField } from '@/shared/ui/field';
import { PageHeader } from '@/shared/ui/page-header';
import { Panel } from '@/shared/ui/panel';
import { QueryView } from '@/shared/ui/query-view';
import { Skeleton } from '@/shared/ui/skeleton';
import { notify } from '@/shared/ui/toast';

import { useSavePreferences } from './api/mutations';
import { preferencesQuery } from './api/queries';
import { eventName } from './model/words';

export function Component() {
  const query = useQuery(preferencesQuery());
  return (
    <QueryView page query={query} skeleton={<PreferencesSkeleton />}>
      {(preferences) => <Preferences saved={preferences} />}
    </QueryView>
  );
}

const WAYS = [
  { way: 'in_app', name: 'Here' },
  { way: 'email', name: 'By mail' },
] as const;

const DEFAULT_QUIET: Omit<QuietHours, 'time_zone'> = { enabled: false, start: '22:00', end: '06:00' };

function Preferences({ saved }: { saved: NotificationPreferences }) {
  const [events, setEvents] = useState(saved.events);
  const [quiet, setQuiet] = useState<QuietHours>(
    saved.quiet_hours ?? {
      ...DEFAULT_QUIET,
      time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    },
  );
  const save = useSavePreferences();
  const same = quiet.enabled && quiet.start === quiet.end;

  function submit(event: FormEvent) {
    event.preventDefault();
    if (same || save.isPending) return;
    const kept = quiet.enabled || saved.quiet_hours !== null ? quiet : null;
    save.mutate(
      { events, quiet_hours: kept },
      { onSuccess: () => notify('success', 'Saved. It holds from the next event on.') },
    );
  }

  return (
    <>
      <PageHeader
        title="Notifications"
        eyebrow="Account"
        description="What you are told, and how. Nobody else’s choice is changed by yours."
      />
      <form onSubmit={submit} className="grid max-w-4xl items-start gap-6">
        <Panel title="What you are told" flush>
          <table className="w-full text-left text-sm">
            <caption className="sr-only">Events, and the ways you hear of them</caption>
            <thead>
              <tr className="text-fg-subtle text-xs">
                <th scope="col" className="px-4 py-2 font-medium">
                  When
                </th>
                {WAYS.map(({ way, name }) => (
                  <th key={way} scope="col" className="px-4 py-2 text-right font-medium">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {Object.entries(events).map(([event, ways]) => (
                <tr key={event} className="border-line border-t">
                  <th scope="row" className="px-4 py-2 font-normal">
                    {eventName(event)}
                  </th>
                  {WAYS.map(({ way, name }) => (
                    <td key={way} className="px-4 py-2 text-right">
                      <input
                        type="checkbox"
                        aria-label={`${eventName(event)}: ${name.toLowerCase()}`}
                        checked={ways[way]}
                        onChange={({ target }) =>
                          setEvents({ ...events, [event]: { ...ways, [way]: target.checked } })
                        }
                        className="size-4"
                      />
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </Panel>
        <Panel title="Quiet hours">
          <Switch
            label="Mail waits during these hours"
            hint="It comes when they end. What happens meanwhile is in the bell."
            checked={quiet.enabled}
            onChange={(enabled) => setQuiet({ ...quiet, enabled })}
          />
          {quiet.enabled && (
            <div className="mt-4 grid gap-4 sm:grid-cols-2">
              <TextField
                label="From"
                type="time"
                required
                value={quiet.start}
                onChange={({ target }) => setQuiet({ ...quiet, start: target.value })}
              />
              <TextField
                label="Until"
                type="time"
                required
                value={quiet.end}
                onChange={({ target }) => setQuiet({ ...quiet, end: target.value })}
                error={same ? 'They would end when they begin.' : undefined}
                hint={`In ${quiet.time_zone}`}
              />
            </div>
          )}
        </Panel>
        {save.isError && <Callout tone="danger" title={messageOf(save.error)} role="alert" />}
        <Button type="submit" variant="primary" busy={save.isPending} className="justify-self-start">
          Save
        </Button>
      </form>
    </>
  );
}

function PreferencesSkeleton() {
  return (
    <div role="status" aria-label="Loading what you are told" className="grid max-w-4xl gap-6">
      <Skeleton className="h-7 w-60" />
      <Skeleton className="h-48" />
      <Skeleton className="h-24" />
    </div>
  );
}
