import { useQuery } from '@tanstack/react-query';
import { AtSign, Hand, TriangleAlert, UsersRound } from 'lucide-react';

import { messageOf } from '@/shared/api/problem';
import type { PsaMemberMapping, PsaMembers } from '@/shared/api/types';
import { Badge } from '@/shared/ui/badge';
import { Callout } from '@/shared/ui/callout';
import { EmptyState } from '@/shared/ui/empty-state';
import { SelectField } from '@/shared/ui/field';
import { QueryView } from '@/shared/ui/query-view';
import { scrollable } from '@/shared/ui/scrollable';
import { SkeletonRows } from '@/shared/ui/skeleton';
import { notify } from '@/shared/ui/toast';

import { membersQuery, useMapMember } from '../api';

const HOW = {
  email: { icon: AtSign, tone: 'neutral', word: 'By e-mail' },
  manual: { icon: Hand, tone: 'neutral', word: 'By hand' },
  none: { icon: TriangleAlert, tone: 'warning', word: 'Not mapped' },
} as const;

/** Who is who in the PSA: suggested by e-mail, put right by hand. */
export function MembersTab() {
  const query = useQuery(membersQuery());
  return (
    <QueryView query={query} skeleton={<SkeletonRows rows={5} label="Loading the members" />}>
      {(members) =>
        members.items.length === 0 ? (
          <EmptyState icon={UsersRound} title="There is nobody to map">
            Whoever works tickets stands here.
          </EmptyState>
        ) : (
          <Members members={members} />
        )
      }
    </QueryView>
  );
}

function Members({ members: { items, psa_members } }: { members: PsaMembers }) {
  const unmapped = items.filter(({ how }) => how === 'none');
  return (
    <div className="grid max-w-4xl gap-4">
      {unmapped.length > 0 && (
        <Callout
          tone="warning"
          title={
            unmapped.length === 1
              ? `${unmapped[0]?.user_name} has no member in the PSA yet`
              : `${unmapped.length} people have no member in the PSA yet`
          }
        >
          Their notes and their time are posted as the API member of the connection.
        </Callout>
      )}
      <div
        {...scrollable}
        role="region"
        aria-label="Members"
        className="border-line bg-surface overflow-x-auto rounded-lg border"
      >
        <table className="w-full text-left text-sm">
          <thead className="text-fg-subtle text-xs">
            <tr className="*:px-3 *:py-2 *:font-medium lg:*:px-4">
              <th scope="col">Person</th>
              <th scope="col">In the PSA</th>
              <th scope="col">How</th>
            </tr>
          </thead>
          <tbody>
            {items.map((person) => (
              <MemberRow key={person.user_id} person={person} choices={psa_members} />
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}

/** What stands where nobody chose by hand. */
function suggestionOf({ how, member_name }: PsaMemberMapping): string {
  if (how === 'email') return `${member_name} (suggested)`;
  return how === 'none' ? 'No member with this e-mail' : 'As the e-mail says';
}

function MemberRow({ person, choices }: { person: PsaMemberMapping; choices: PsaMembers['psa_members'] }) {
  const map = useMapMember();
  const { icon, tone, word } = HOW[person.how];
  const known = choices.some(({ id }) => id === person.member_id);
  return (
    <tr className="*:border-line *:border-t *:px-3 *:py-2 lg:*:px-4">
      <th scope="row" className="font-normal">
        <p className="font-medium">{person.user_name}</p>
        <p className="text-fg-subtle break-all">{person.email}</p>
      </th>
      <td>
        <SelectField
          label={`${person.user_name} in the PSA`}
          hideLabel
          className="min-w-44"
          value={person.how === 'manual' ? (person.member_id ?? '') : ''}
          disabled={map.isPending}
          onChange={(event) => {
            const memberId = event.target.value === '' ? null : event.target.value;
            map.mutate(
              { userId: person.user_id, memberId },
              {
                onSuccess: () => notify('success', `${person.user_name} is mapped.`),
                onError: (error) => notify('error', messageOf(error)),
              },
            );
          }}
        >
          <option value="">{suggestionOf(person)}</option>
          {person.member_id !== null && !known && (
            <option value={person.member_id}>{person.member_name ?? person.member_id}</option>
          )}
          {choices.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </SelectField>
      </td>
      <td>
        <Badge tone={tone} icon={icon}>
          {word}
        </Badge>
      </td>
    </tr>
  );
}
