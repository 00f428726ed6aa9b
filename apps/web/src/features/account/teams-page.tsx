import { useQuery } from '@tanstack/react-query';
import { Pencil, Plus, Trash2, UsersRound } from 'lucide-react';
import { useState, type FormEvent } from 'react';
import { Link } from 'react-router';

import { fieldErrors, isCode, messageOf } from '@/shared/api/problem';
import type { Team } from '@/shared/api/types';
import { formText } from '@/shared/lib/forms';
import { newId } from '@/shared/lib/ids';
import { plural } from '@/shared/lib/plural';
import { Button, IconButton } from '@/shared/ui/button';
import { Callout } from '@/shared/ui/callout';
import { Dialog } from '@/shared/ui/dialog';
import { EmptyState } from '@/shared/ui/empty-state';
import { TextField } from '@/shared/ui/field';
import { PageHeader } from '@/shared/ui/page-header';
import { QueryView } from '@/shared/ui/query-view';
import { SkeletonRows } from '@/shared/ui/skeleton';
import { notify } from '@/shared/ui/toast';

import { teamsQuery, useDeleteTeam, useSaveTeam } from './api/people';
import { ConfirmDialog } from './components/confirm-dialog';

export function Component() {
  const query = useQuery(teamsQuery());
  /** `null` while no form is open; `'new'`, or the team that is renamed. */
  const [edited, setEdited] = useState<Team | 'new' | null>(null);
  const [doomed, setDoomed] = useState<Team | null>(null);
  const add = (
    <Button variant="primary" onClick={() => setEdited('new')}>
      <Plus aria-hidden className="size-4" /> New team
    </Button>
  );
  return (
    <>
      <PageHeader
        title="Teams"
        eyebrow="Account"
        description="A flow can belong to a team: then engineers of other teams do not see it. Team admins and owners see all."
        actions={query.data && query.data.length > 0 && add}
      />
      <QueryView query={query} skeleton={<SkeletonRows rows={3} label="Loading teams" />}>
        {(teams) =>
          teams.length === 0 ? (
            <EmptyState icon={UsersRound} title="There are no teams yet" action={add}>
              A small shop needs none. When networks and service desk have flows of their own, make a team for
              each.
            </EmptyState>
          ) : (
            <ul
              aria-label="Teams"
              className="border-line bg-surface divide-line max-w-2xl divide-y rounded-lg border"
            >
              {teams.map((team) => (
                <li key={team.id} className="flex items-center gap-2 px-4 py-2">
                  <div className="min-w-0 flex-1">
                    <p className="font-medium break-words">{team.name}</p>
                    <Link
                      to={`/account/people?team=${team.id}`}
                      aria-label={`${plural(team.people, 'person', 'people')} in ${team.name}`}
                      className="text-fg-muted text-sm underline-offset-2 hover:underline"
                    >
                      {plural(team.people, 'person', 'people')}
                    </Link>
                  </div>
                  <IconButton label={`Rename ${team.name}`} onClick={() => setEdited(team)}>
                    <Pencil aria-hidden className="size-4" />
                  </IconButton>
                  <IconButton label={`Delete ${team.name}`} onClick={() => setDoomed(team)}>
                    <Trash2 aria-hidden className="size-4" />
                  </IconButton>
                </li>
              ))}
            </ul>
          )
        }
      </QueryView>
      {edited && <TeamDialog team={edited === 'new' ? null : edited} onClose={() => setEdited(null)} />}
      {doomed && <DeleteDialog team={doomed} onClose={() => setDoomed(null)} />}
    </>
  );
}

function TeamDialog({ team, onClose }: { team: Team | null; onClose: () => void }) {
  const save = useSaveTeam();
  // Sent twice, it makes one team.
  const [key] = useState(newId);
  const errors = fieldErrors(save.error);
  const taken = isCode(save.error, 'team_name_taken');

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const name = formText(new FormData(event.currentTarget), 'name');
    save.mutate(
      { id: team?.id ?? null, name, key },
      {
        onSuccess: (saved) => {
          notify('success', team ? 'The team is renamed.' : `${saved.name} is made.`);
          onClose();
        },
      },
    );
  }

  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={team ? `Rename ${team.name}` : 'New team'}
    >
      <form onSubmit={submit} className="grid gap-4">
        <TextField
          label="Name"
          name="name"
          required
          maxLength={100}
          defaultValue={team?.name}
          error={taken ? 'Another team has that name.' : errors['name']}
        />
        {save.isError && !taken && Object.keys(errors).length === 0 && (
          <Callout tone="danger" title={messageOf(save.error)} role="alert" />
        )}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" busy={save.isPending}>
            {team ? 'Rename' : 'Make the team'}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function DeleteDialog({ team, onClose }: { team: Team; onClose: () => void }) {
  const remove = useDeleteTeam();
  return (
    <ConfirmDialog
      title={`Delete ${team.name}?`}
      body="Only a team without people and flows can be deleted."
      confirm="Delete"
      error={remove.error}
      busy={remove.isPending}
      onClose={onClose}
      onConfirm={() =>
        remove.mutate(team.id, {
          onSuccess: () => {
            notify('success', `${team.name} is deleted.`);
            onClose();
          },
        })
      }
    />
  );
}
