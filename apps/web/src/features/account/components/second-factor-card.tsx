import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';

import { useAuth } from '@/shared/api/auth-session';
import { membersQuery } from '@/shared/api/members';
import { isCode } from '@/shared/api/problem';
import type { Member, SecondFactorPolicy } from '@/shared/api/types';
import { plural } from '@/shared/lib/plural';
import { Badge } from '@/shared/ui/badge';
import { Button } from '@/shared/ui/button';
import { Panel } from '@/shared/ui/panel';
import { notify } from '@/shared/ui/toast';

import { useRemoveSecondFactorOf, useSetSecondFactorPolicy } from '../api/second-factor';
import { ConfirmDialog } from './confirm-dialog';

/** Whether everybody needs a second factor, and who has one. */
export function SecondFactorCard({ policy }: { policy: SecondFactorPolicy }) {
  const members = useQuery(membersQuery()).data ?? [];
  const [asked, setAsked] = useState<Member | 'policy' | null>(null);
  const me = useAuth((s) => s.user?.id);
  const set = useSetSecondFactorPolicy();
  const remove = useRemoveSecondFactorOf();
  const has = (member: Member) => policy.people.includes(member.id);
  const without = members.filter((member) => !has(member)).length;
  const close = () => {
    setAsked(null);
    set.reset();
    remove.reset();
  };
  return (
    <Panel title="Two-step sign-in">
      <div className="grid gap-4 text-sm">
        <p className="text-fg-muted">
          {policy.required
            ? 'Everybody of the account signs in with a code beside the password.'
            : 'People may add a code to their sign-in. You can require it of everybody.'}
        </p>
        <ul
          aria-label="People and two-step sign-in"
          className="divide-line border-line divide-y rounded-md border"
        >
          {members.map((member) => (
            <li key={member.id} className="flex flex-wrap items-center gap-3 px-3 py-2">
              <span className="min-w-0 flex-1 truncate">{member.name}</span>
              {has(member) ? <Badge tone="success">On</Badge> : <Badge>Not set up</Badge>}
              {has(member) && member.id !== me && (
                <Button size="sm" aria-label={`Reset for ${member.name}`} onClick={() => setAsked(member)}>
                  Reset
                </Button>
              )}
            </li>
          ))}
        </ul>
        <div>
          <Button variant={policy.required ? 'secondary' : 'primary'} onClick={() => setAsked('policy')}>
            {policy.required ? 'Do not require it any more' : 'Require it of everybody'}
          </Button>
        </div>
      </div>
      {asked === 'policy' && (
        <ConfirmDialog
          title={policy.required ? 'Stop requiring it?' : 'Require two-step sign-in?'}
          body={
            policy.required
              ? 'Whoever has it keeps it, and may turn it off.'
              : `${without === 0 ? 'Everybody has set it up.' : `${plural(without, 'person')} without it can do nothing before they set it up.`} Nobody can turn it off.`
          }
          confirm={policy.required ? 'Stop requiring it' : 'Require it'}
          variant="primary"
          error={set.error}
          busy={set.isPending}
          onClose={close}
          onConfirm={(proof) =>
            set.mutate(
              { required: !policy.required, proof },
              {
                onSuccess: ({ required }) => {
                  notify(
                    'success',
                    required ? 'Two-step sign-in is required now.' : 'It is not required any more.',
                  );
                  close();
                },
              },
            )
          }
        />
      )}
      {asked === 'policy' && isCode(set.error, 'second_factor_missing') && (
        <p className="mt-3 text-sm">
          <Link to="/account/profile" className="text-accent-fg font-medium underline underline-offset-2">
            Set up your own
          </Link>
        </p>
      )}
      {asked !== null && asked !== 'policy' && (
        <ConfirmDialog
          title={`Reset two-step sign-in for ${asked.name}?`}
          body="For somebody who lost their phone and their recovery codes. Make sure that it is them who asks: their password alone opens their account until they set it up anew."
          confirm="Reset"
          error={remove.error}
          busy={remove.isPending}
          onClose={close}
          onConfirm={(proof) =>
            remove.mutate(
              { person: asked.id, proof },
              {
                onSuccess: () => {
                  notify('success', `${asked.name} can sign in with the password alone.`);
                  close();
                },
              },
            )
          }
        />
      )}
    </Panel>
  );
}
