import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';

import { useAuth } from '@/shared/api/auth-session';
import type { SecondFactor } from '@/shared/api/types';
import { formatAgo } from '@/shared/lib/dates';
import { plural } from '@/shared/lib/plural';
import { Badge } from '@/shared/ui/badge';
import { Button } from '@/shared/ui/button';
import { Callout } from '@/shared/ui/callout';
import { Panel } from '@/shared/ui/panel';
import { QueryView } from '@/shared/ui/query-view';
import { Skeleton } from '@/shared/ui/skeleton';
import { notify } from '@/shared/ui/toast';

import { secondFactorQuery, useRemoveSecondFactor, useRenewRecoveryCodes } from '../api/second-factor';
import { ConfirmDialog } from './confirm-dialog';

// Done once in a year; it brings what draws the picture to scan.
const SetUpDialog = lazy(() => import('./second-factor-dialog'));
const RecoveryDialog = lazy(() =>
  import('./second-factor-dialog').then((module) => ({ default: module.RecoveryDialog })),
);

/** A code at sign-in beside the password: whether it is asked, and the way to change that. */
export function SecondFactorPanel() {
  const query = useQuery(secondFactorQuery());
  return (
    <Panel title="Two-step sign-in">
      <QueryView query={query} skeleton={<Skeleton className="h-24" />}>
        {(factor) => (factor.confirmed_at === null ? <Off factor={factor} /> : <On factor={factor} />)}
      </QueryView>
    </Panel>
  );
}

function Off({ factor }: { factor: SecondFactor }) {
  const [open, setOpen] = useState(false);
  const due = useAuth((s) => s.user?.second_factor_due === true);
  return (
    <div className="grid gap-4">
      {due && (
        <Callout tone="warning" title="Your account requires it" role="status">
          Set it up to go on. It takes a minute, and an app on your phone that shows codes.
        </Callout>
      )}
      <p className="text-fg-muted text-sm">
        Beside your password, signing in asks for a code that an app on your phone shows, such as Microsoft
        Authenticator, Google Authenticator or 1Password. A stolen password alone opens nothing then.
      </p>
      <div>
        <Button variant={factor.required ? 'primary' : 'secondary'} onClick={() => setOpen(true)}>
          Set it up
        </Button>
      </div>
      <Suspense fallback={null}>{open && <SetUpDialog onClose={() => setOpen(false)} />}</Suspense>
    </div>
  );
}

function On({ factor }: { factor: SecondFactor }) {
  const [asked, setAsked] = useState<'off' | 'codes' | null>(null);
  const [codes, setCodes] = useState<string[] | null>(null);
  const remove = useRemoveSecondFactor();
  const renew = useRenewRecoveryCodes();
  const left = factor.recovery_codes_left;
  const close = () => {
    setAsked(null);
    remove.reset();
    renew.reset();
  };
  return (
    <div className="grid gap-4 text-sm">
      <p className="flex flex-wrap items-center gap-2">
        <Badge tone="success">On</Badge>
        <span className="text-fg-muted">since {formatAgo(factor.confirmed_at ?? '')}</span>
      </p>
      <p className={left < 3 ? 'text-warning' : 'text-fg-muted'}>
        {left === 0
          ? 'You have no recovery codes left. Without your phone you could not sign in.'
          : `You have ${plural(left, 'recovery code')} left, for the day your phone is gone.`}
      </p>
      <div className="flex flex-wrap items-center gap-2">
        <Button onClick={() => setAsked('codes')}>New recovery codes</Button>
        <Button variant="danger" disabled={factor.required} onClick={() => setAsked('off')}>
          Turn it off
        </Button>
        {factor.required && <span className="text-fg-subtle">Your account requires it.</span>}
      </div>
      {asked === 'off' && (
        <ConfirmDialog
          title="Turn two-step sign-in off?"
          body="Your password alone opens your account then. Your recovery codes are worth nothing any more."
          confirm="Turn it off"
          error={remove.error}
          busy={remove.isPending}
          onClose={close}
          onConfirm={(proof) =>
            remove.mutate(proof, {
              onSuccess: () => {
                notify('success', 'Two-step sign-in is off.');
                close();
              },
            })
          }
        />
      )}
      {asked === 'codes' && (
        <ConfirmDialog
          title="Make new recovery codes?"
          body="The ones you have are worth nothing then. The new ones are shown once."
          confirm="Make new ones"
          variant="primary"
          error={renew.error}
          busy={renew.isPending}
          onClose={close}
          onConfirm={(proof) =>
            renew.mutate(proof, {
              onSuccess: ({ recovery_codes }) => {
                setCodes(recovery_codes);
                close();
              },
            })
          }
        />
      )}
      <Suspense fallback={null}>
        {codes && <RecoveryDialog codes={codes} onClose={() => setCodes(null)} />}
      </Suspense>
    </div>
  );
}
