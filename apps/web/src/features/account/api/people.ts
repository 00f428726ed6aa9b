import { keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';

import { setUser } from '@/shared/api/auth-session';
import { api, type Query } from '@/shared/api/client';
import type { Account, PeoplePage, Person, PersonUpdate, Team, UserResponse } from '@/shared/api/types';
import { notify } from '@/shared/ui/toast';

import { stepUpHeaders, type Proof } from './step-up';

const PEOPLE = ['account', 'people'] as const;
const TEAMS = ['account', 'teams'] as const;

export const peopleQuery = (query: Query) =>
  queryOptions({
    queryKey: [...PEOPLE, query],
    queryFn: ({ signal }) => api.get<PeoplePage>('/accounts/me/people', { query, signal }),
    placeholderData: keepPreviousData,
  });

export const teamsQuery = () =>
  queryOptions({
    queryKey: TEAMS,
    queryFn: ({ signal }) => api.get<Team[]>('/accounts/me/teams', { signal }),
  });

/** Who is chosen from elsewhere, and the counts of the teams, follow from the people. */
function useForgetPeople() {
  const client = useQueryClient();
  return () =>
    Promise.all([
      client.invalidateQueries({ queryKey: PEOPLE }),
      client.invalidateQueries({ queryKey: TEAMS }),
      client.invalidateQueries({ queryKey: ['members'] }),
    ]);
}

interface PersonChange {
  person: Person;
  change: PersonUpdate;
  /** Where the server wants it fresh. */
  proof?: Proof | null;
}

export function useChangePerson() {
  const forget = useForgetPeople();
  return useMutation({
    mutationFn: async ({ person, change, proof = null }: PersonChange) =>
      api.patch<Person>(`/accounts/me/people/${person.id}`, change, {
        headers: await stepUpHeaders(proof),
      }),
    onSuccess: forget,
  });
}

export function useTransferOwnership() {
  const forget = useForgetPeople();
  return useMutation({
    mutationFn: async ({ to, proof }: { to: Pick<Person, 'id' | 'name'>; proof: Proof | null }) =>
      api.post<UserResponse>(
        '/accounts/me/transfer-ownership',
        { user_id: to.id },
        { headers: await stepUpHeaders(proof) },
      ),
    onSuccess: async (user, { to }) => {
      // Said here: the page that asked is gone as soon as one is no owner any more.
      notify('success', `${to.name} owns the account now.`);
      setUser(user);
      await forget();
    },
  });
}

export function useRenameAccount() {
  return useMutation({
    mutationFn: (name: string) => api.patch<Account>('/accounts/me', { name }),
    onSuccess: ({ name }) => setUser({ account_name: name }),
  });
}

export function useSaveTeam() {
  const forget = useForgetPeople();
  return useMutation({
    mutationFn: ({ id, name, key }: { id: string | null; name: string; key: string }) =>
      id === null
        ? api.post<Team>('/accounts/me/teams', { name }, { headers: { 'Idempotency-Key': key } })
        : api.patch<Team>(`/accounts/me/teams/${id}`, { name }),
    onSuccess: forget,
  });
}

export function useDeleteTeam() {
  const forget = useForgetPeople();
  return useMutation({
    mutationFn: (id: string) => api.delete<undefined>(`/accounts/me/teams/${id}`),
    onSuccess: forget,
  });
}
