import { useQuery } from '@tanstack/react-query';
import { MailPlus, SearchX } from 'lucide-react';

import type { Team } from '@/shared/api/types';
import { useUrlState } from '@/shared/lib/use-url-state';
import { useUrlText } from '@/shared/lib/use-url-text';
import { Button, ButtonLink } from '@/shared/ui/button';
import { EmptyState } from '@/shared/ui/empty-state';
import { SelectField, TextField } from '@/shared/ui/field';
import { PageHeader } from '@/shared/ui/page-header';
import { Pager } from '@/shared/ui/pager';
import { QueryView } from '@/shared/ui/query-view';
import { SkeletonRows } from '@/shared/ui/skeleton';

import { peopleQuery, teamsQuery } from './api/people';
import { PeopleTable } from './components/people-table';
import { ROLES } from './model/roles';

const PAGE_SIZE = 25;

export function Component() {
  const url = useUrlState();
  const page = Math.max(1, Number(url.get('page')) || 1);
  const filter = {
    search: url.get('search'),
    role: url.get('role'),
    is_active: url.get('active'),
    team_id: url.get('team'),
  };
  const query = useQuery(peopleQuery({ ...filter, skip: (page - 1) * PAGE_SIZE, limit: PAGE_SIZE }));
  const teams = useQuery(teamsQuery()).data ?? [];
  const filtered = Object.values(filter).some((value) => value !== '');
  const clear = () => url.set({ search: null, role: null, active: null, team: null });

  return (
    <>
      <PageHeader
        title="People"
        eyebrow="Account"
        description="Everybody in your account: what they may do, their team, and whether they can sign in. A change counts at once."
        actions={
          <ButtonLink to="/account/invites" variant="primary">
            <MailPlus aria-hidden className="size-4" /> Invite people
          </ButtonLink>
        }
      />
      <Filters teams={teams} filtered={filtered} onClear={clear} />
      <QueryView query={query} skeleton={<SkeletonRows rows={6} label="Loading people" />}>
        {({ items, total }) => {
          if (items.length === 0) {
            return (
              <EmptyState
                icon={SearchX}
                title={page > 1 ? 'This page is empty' : 'Nobody matches'}
                action={
                  page > 1 ? (
                    <Button onClick={() => url.set({ page: null })}>Go to the first page</Button>
                  ) : (
                    <Button onClick={clear}>Clear the filters</Button>
                  )
                }
              >
                {page > 1 ? 'There are fewer people than that.' : 'Try a part of the name or email.'}
              </EmptyState>
            );
          }
          const from = (page - 1) * PAGE_SIZE;
          return (
            <>
              <PeopleTable people={items} teams={teams} />
              <Pager
                page={page}
                hasNext={from + items.length < total}
                summary={`${from + 1}–${from + items.length} of ${total}`}
                onPage={(next) => url.set({ page: next > 1 ? String(next) : null })}
              />
            </>
          );
        }}
      </QueryView>
      <details className="text-fg-muted mt-4 max-w-2xl text-sm">
        <summary className="cursor-pointer">What each role may do</summary>
        <dl className="mt-2 grid gap-2">
          {ROLES.map(({ value, label, may }) => (
            <div key={value}>
              <dt className="text-fg font-medium">{label}</dt>
              <dd>{may}</dd>
            </div>
          ))}
        </dl>
      </details>
    </>
  );
}

function Filters({ teams, filtered, onClear }: { teams: Team[]; filtered: boolean; onClear: () => void }) {
  const url = useUrlState();
  const [text, setText] = useUrlText('search');
  return (
    <search className="mb-4 flex flex-wrap items-center gap-2">
      <div className="min-w-28 flex-1">
        <TextField
          label="Search people"
          hideLabel
          type="search"
          placeholder="Name or email"
          value={text}
          maxLength={200}
          onChange={(event) => setText(event.target.value)}
        />
      </div>
      <SelectField
        label="Role"
        hideLabel
        value={url.get('role')}
        onChange={(event) => url.set({ role: event.target.value })}
      >
        <option value="">Every role</option>
        {ROLES.map(({ value, label }) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </SelectField>
      {teams.length > 0 && (
        <SelectField
          label="Team"
          hideLabel
          value={url.get('team')}
          onChange={(event) => url.set({ team: event.target.value })}
        >
          <option value="">Every team</option>
          {teams.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </SelectField>
      )}
      <SelectField
        label="Status"
        hideLabel
        value={url.get('active')}
        onChange={(event) => url.set({ active: event.target.value })}
      >
        <option value="">Active or not</option>
        <option value="true">Active</option>
        <option value="false">Deactivated</option>
      </SelectField>
      {filtered && (
        <Button variant="ghost" onClick={onClear}>
          Clear
        </Button>
      )}
    </search>
  );
}
