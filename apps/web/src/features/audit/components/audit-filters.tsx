import { useQuery } from '@tanstack/react-query';

import { useUrlState } from '@/shared/lib/use-url-state';
import { Button } from '@/shared/ui/button';
import { SelectField, TextField } from '@/shared/ui/field';

import { auditActionsQuery, auditPeopleQuery, type AuditSource } from '../api/audit';
import { actionWords, KNOWN_ACTIONS } from '../model/words';

const KEYS = ['action', 'actor', 'target', 'from', 'to'] as const;

/** What the address asks for, as the person typed it, and as the server reads it. */
export function useAuditFilter() {
  const { get } = useUrlState();
  return {
    filtered: KEYS.some((key) => get(key) !== ''),
    filter: {
      action: get('action'),
      actor_id: get('actor'),
      target_id: get('target'),
      after: startOfDay(get('from'), 0),
      // The day that is named counts to its end.
      before: startOfDay(get('to'), 1),
    },
  };
}

/** The instant a day begins where this person is, some days on. Empty for what is no day. */
function startOfDay(day: string, later: number): string {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day);
  if (!parts) return '';
  const date = new Date(Number(parts[1]), Number(parts[2]) - 1, Number(parts[3]) + later);
  return Number.isNaN(date.getTime()) ? '' : date.toISOString();
}

export function AuditFilters({ source }: { source: AuditSource }) {
  const { get, set } = useUrlState();
  const { filtered } = useAuditFilter();
  const own = source === 'account';
  const actions = useQuery({ ...auditActionsQuery(), enabled: own }).data ?? (own ? [] : KNOWN_ACTIONS);
  const people = useQuery({ ...auditPeopleQuery(), enabled: own }).data ?? [];
  const actor = get('actor');
  const action = get('action');
  const clear = () => set(Object.fromEntries(KEYS.map((key) => [key, null])));

  return (
    <search className="mb-4 flex flex-wrap items-end gap-3">
      <div className="w-60 max-w-full">
        <SelectField label="What" value={action} onChange={(event) => set({ action: event.target.value })}>
          <option value="">Anything</option>
          {withChosen(actions, action)
            .toSorted((a, b) => actionWords(a).localeCompare(actionWords(b)))
            .map((name) => (
              <option key={name} value={name}>
                {actionWords(name)}
              </option>
            ))}
        </SelectField>
      </div>
      {(own || actor !== '') && (
        <div className="w-44 max-w-full">
          <SelectField label="Who" value={actor} onChange={(event) => set({ actor: event.target.value })}>
            <option value="">Anybody</option>
            {people.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
            {actor !== '' && !people.some(({ id }) => id === actor) && (
              <option value={actor}>The chosen person</option>
            )}
          </SelectField>
        </div>
      )}
      <div className="w-40">
        <TextField
          label="From"
          type="date"
          value={get('from')}
          max={get('to') || undefined}
          onChange={(event) => set({ from: event.target.value })}
        />
      </div>
      <div className="w-40">
        <TextField
          label="To"
          type="date"
          value={get('to')}
          min={get('from') || undefined}
          onChange={(event) => set({ to: event.target.value })}
        />
      </div>
      {filtered && (
        <Button variant="ghost" size="lg" onClick={clear}>
          Clear
        </Button>
      )}
    </search>
  );
}

const withChosen = (names: string[], chosen: string) =>
  chosen === '' || names.includes(chosen) ? names : [...names, chosen];
