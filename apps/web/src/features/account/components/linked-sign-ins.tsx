import { lazy, Suspense, useState } from 'react';

import { ProviderIcon } from '@/features/auth/provider-icon';
import { PROVIDER_NAMES } from '@/features/auth/providers';
import { messageOf } from '@/shared/api/problem';
import type { Identity, OauthProvider, OwnIdentities } from '@/shared/api/types';
import { formatAgo } from '@/shared/lib/dates';
import { Button } from '@/shared/ui/button';
import { Callout } from '@/shared/ui/callout';
import { Dialog } from '@/shared/ui/dialog';
import { Panel } from '@/shared/ui/panel';
import { notify } from '@/shared/ui/toast';

import { useUnlink } from '../api/identities';

const LinkDialog = lazy(() => import('./link-dialog'));

/** What somebody can sign in with beside their password, and the way to change it. */
export function LinkedSignIns({ own, providers }: { own: OwnIdentities; providers: OauthProvider[] }) {
  const [linking, setLinking] = useState<OauthProvider | null>(null);
  const [removing, setRemoving] = useState<Identity | null>(null);
  const isLast = own.identities.length === 1 && !own.has_password;
  return (
    <Panel title="Linked sign-ins">
      {own.identities.length === 0 ? (
        <p className="text-fg-muted text-sm">
          {providers.length === 0
            ? 'Sign-in with Google or Microsoft is not set up on this installation.'
            : 'You sign in with your password. Link another account to sign in with one click.'}
        </p>
      ) : (
        <ul aria-label="Linked" className="divide-line border-line divide-y rounded-md border">
          {own.identities.map((identity) => (
            <li key={identity.id} className="flex flex-wrap items-center gap-3 px-3 py-2.5 text-sm">
              <ProviderIcon provider={identity.provider} />
              <div className="min-w-0 flex-1">
                <p className="font-medium">{PROVIDER_NAMES[identity.provider]}</p>
                <p className="text-fg-subtle truncate">
                  {identity.email ?? 'No email address'}
                  {' · '}
                  {identity.last_used_at ? `used ${formatAgo(identity.last_used_at)}` : 'not used yet'}
                </p>
              </div>
              <Button
                size="sm"
                disabled={isLast}
                aria-label={`Remove ${PROVIDER_NAMES[identity.provider]} ${identity.email ?? ''}`.trim()}
                onClick={() => setRemoving(identity)}
              >
                Remove
              </Button>
            </li>
          ))}
        </ul>
      )}
      {isLast && (
        <p className="text-fg-subtle mt-3 text-sm">
          This is the only way you can sign in, so it cannot be removed. Link another one first.
        </p>
      )}
      {providers.length > 0 && (
        <div className="mt-4 flex flex-wrap gap-2">
          {providers.map((provider) => (
            <Button key={provider} onClick={() => setLinking(provider)}>
              <ProviderIcon provider={provider} />
              Link {PROVIDER_NAMES[provider]}
            </Button>
          ))}
        </div>
      )}
      <Suspense fallback={null}>
        {linking !== null && (
          <LinkDialog provider={linking} hasPassword={own.has_password} onClose={() => setLinking(null)} />
        )}
      </Suspense>
      {removing !== null && <RemoveDialog identity={removing} onClose={() => setRemoving(null)} />}
    </Panel>
  );
}

function RemoveDialog({ identity, onClose }: { identity: Identity; onClose: () => void }) {
  const unlink = useUnlink();
  const name = PROVIDER_NAMES[identity.provider];
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Remove ${name}?`}
      description={`You can no longer sign in with ${identity.email ?? `this ${name} account`}. You stay signed in here.`}
    >
      {unlink.isError && (
        <Callout tone="danger" title={messageOf(unlink.error)} role="alert" className="mb-4" />
      )}
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>Cancel</Button>
        <Button
          variant="danger"
          busy={unlink.isPending}
          onClick={() =>
            unlink.mutate(identity.id, {
              onSuccess: () => {
                notify('success', `${name} is no longer linked.`);
                onClose();
              },
            })
          }
        >
          Remove
        </Button>
      </div>
    </Dialog>
  );
}
