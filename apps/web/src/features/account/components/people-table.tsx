import { useState } from 'react';

import { useAuth } from '@/shared/api/auth-session';
import { messageOf } from '@/shared/api/problem';
import type { Person, PersonUpdate, Role, Team } from '@/shared/api/types';
import { formatAgo } from '@/shared/lib/dates';
import { Badge } from '@/shared/ui/badge';
import { Button } from '@/shared/ui/button';
import { SelectField } from '@/shared/ui/field';
import { scrollable } from '@/shared/ui/scrollable';
import { notify } from '@/shared/ui/toast';

import { useChangePerson } from '../api/people';
import { isAboutOwnership, ROLES, roleLabel, rolesToGive } from '../model/roles';
import { ConfirmDialog } from './confirm-dialog';

/** What is asked about before it is done. */
interface Asked {
  person: Person;
  change: PersonUpdate;
  title: string;
  body: string;
  confirm: string;
  done: string;
}

function askToDeactivate(person: Person): Asked {
  return {
    person,
    change: { is_active: false },
    title: `Deactivate ${person.name}?`,
    body: 'They are signed out everywhere at once and cannot sign in. Their flows, sessions and notes stay. You can reactivate them later.',
    confirm: 'Deactivate',
    done: `${person.name} is deactivated.`,
  };
}

function askAboutOwnership(person: Person, role: Role): Asked {
  const becomes = role === 'owner';
  return {
    person,
    change: { role },
    title: becomes
      ? `Make ${person.name} an owner?`
      : `Make ${person.name} a ${roleLabel(role).toLowerCase()}?`,
    body: becomes
      ? 'Owners decide about billing, session security, the audit log, and about you.'
      : 'They no longer own the account: billing, session security and the audit log close for them.',
    confirm: becomes ? 'Make them an owner' : 'Change the role',
    done: `${person.name} is ${becomes ? 'an owner' : `a ${roleLabel(role).toLowerCase()}`} now.`,
  };
}

/** One row a person; where it is narrow the table scrolls. */
export function PeopleTable({ people, teams }: { people: Person[]; teams: Team[] }) {
  const [asked, setAsked] = useState<Asked | null>(null);
  const change = useChangePerson();
  return (
    <>
      <div {...scrollable} role="group" aria-label="People" className="relative overflow-x-auto">
        <table className="border-line bg-surface w-full border-separate border-spacing-0 rounded-lg border text-left text-sm">
          <caption className="sr-only">People of the account</caption>
          <thead>
            <tr className="text-fg-subtle text-xs *:px-3 *:py-2.5 *:font-medium lg:*:px-4">
              <th scope="col">Person</th>
              <th scope="col">Role</th>
              <th scope="col">Team</th>
              <th scope="col" className="max-lg:hidden">
                Last sign-in
              </th>
              <th scope="col">
                <span className="sr-only">What to do</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {people.map((person) => (
              <PersonRow key={person.id} person={person} teams={teams} onAsk={setAsked} />
            ))}
          </tbody>
        </table>
      </div>
      {asked && (
        <ConfirmDialog
          title={asked.title}
          body={asked.body}
          confirm={asked.confirm}
          variant={asked.change.role === 'owner' ? 'primary' : 'danger'}
          error={change.error}
          busy={change.isPending}
          onClose={() => {
            change.reset();
            setAsked(null);
          }}
          onConfirm={(proof) =>
            change.mutate(
              { person: asked.person, change: asked.change, proof },
              {
                onSuccess: () => {
                  notify('success', asked.done);
                  change.reset();
                  setAsked(null);
                },
              },
            )
          }
        />
      )}
    </>
  );
}

function PersonRow({
  person,
  teams,
  onAsk,
}: {
  person: Person;
  teams: Team[];
  onAsk: (asked: Asked) => void;
}) {
  const user = useAuth((s) => s.user);
  const change = useChangePerson();
  const isMe = person.id === user?.id;
  const locked = !person.can_edit || change.isPending;
  const given = rolesToGive(user);
  const roles = given.some(({ value }) => value === person.role)
    ? given
    : ROLES.filter(({ value }) => value === person.role);

  // A promise, and no callbacks of `mutate`: these are dropped with the row where the change takes it out of the list.
  const save = (what: PersonUpdate, done: string) =>
    void change.mutateAsync({ person, change: what }).then(
      () => notify('success', done),
      (error: unknown) => notify('error', messageOf(error)),
    );

  function chooseRole(role: Role) {
    if (isAboutOwnership(person.role, role)) onAsk(askAboutOwnership(person, role));
    else save({ role }, `${person.name} is a ${roleLabel(role).toLowerCase()} now.`);
  }

  return (
    <tr className="*:border-line *:border-t *:px-3 *:py-2 lg:*:px-4">
      <th scope="row" className="font-normal">
        <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <span className="font-medium">{person.name}</span>
          {isMe && <span className="text-fg-subtle">(you)</span>}
          {!person.is_active && <Badge tone="warning">Deactivated</Badge>}
        </div>
        <p className="text-fg-subtle break-all">{person.email}</p>
      </th>
      <td>
        <SelectField
          label={`Role of ${person.name}`}
          hideLabel
          className="min-w-36"
          value={person.role}
          disabled={locked || isMe}
          onChange={(event) => chooseRole(event.target.value as Role)}
        >
          {roles.map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </SelectField>
      </td>
      <td>
        <SelectField
          label={`Team of ${person.name}`}
          hideLabel
          className="min-w-36"
          value={person.team_id ?? ''}
          disabled={locked || teams.length === 0}
          onChange={(event) => {
            const team = teams.find(({ id }) => id === event.target.value);
            save(
              { team_id: team?.id ?? null },
              team ? `${person.name} is in ${team.name} now.` : `${person.name} is in no team now.`,
            );
          }}
        >
          <option value="">No team</option>
          {teams.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </SelectField>
      </td>
      <td className="text-fg-subtle whitespace-nowrap max-lg:hidden">
        {person.last_login ? formatAgo(person.last_login) : 'Never'}
      </td>
      <td className="text-right">
        {person.can_edit &&
          !isMe &&
          (person.is_active ? (
            <Button
              size="sm"
              variant="ghost"
              aria-label={`Deactivate ${person.name}`}
              onClick={() => onAsk(askToDeactivate(person))}
            >
              Deactivate
            </Button>
          ) : (
            <Button
              size="sm"
              aria-label={`Reactivate ${person.name}`}
              busy={change.isPending}
              onClick={() => save({ is_active: true }, `${person.name} can sign in again.`)}
            >
              Reactivate
            </Button>
          ))}
      </td>
    </tr>
  );
}
