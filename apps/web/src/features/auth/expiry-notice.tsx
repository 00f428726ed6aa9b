import { Clock, Info, X } from 'lucide-react';
import { useState } from 'react';

import { refreshNow, signOut, useAuth } from '@/shared/api/auth-session';
import { messageOf } from '@/shared/api/problem';
import { Button, IconButton } from '@/shared/ui/button';
import { notify } from '@/shared/ui/toast';

import { useExpiryWarning } from './use-expiry-warning';

/**
 * Says five minutes ahead that the sign-in ends: an idle one can be kept alive, an absolute one only be begun anew.
 * Dismissed once it stays away until there is nothing to warn of, or the other end comes nearer. Signing in anew
 * deletes nothing that waits to be sent, and leads back to this page.
 */
export default function ExpiryNotice() {
  const warning = useExpiryWarning();
  const reason = warning.level === 'none' ? null : warning.reason;
  // By its reason, not by its instant: each refresh counts the seconds left anew, which moves that by a little.
  const [dismissed, setDismissed] = useState<typeof reason>(null);
  const [busy, setBusy] = useState(false);
  if (reason === null && dismissed !== null) setDismissed(null);
  if (reason === null || dismissed === reason) return null;
  const isIdle = reason === 'idle';

  async function act() {
    setBusy(true);
    try {
      if (isIdle) await refreshNow(useAuth.getState().token);
      else await signOut('renewed');
    } catch (error) {
      notify('error', messageOf(error));
    } finally {
      setBusy(false);
    }
  }

  const Icon = isIdle ? Clock : Info;
  return (
    <div
      role="alert"
      data-tone={isIdle ? 'warning' : 'info'}
      className={`animate-enter bg-raised fixed right-4 bottom-4 z-40 w-[min(24rem,calc(100vw-2rem))] rounded-lg border p-4 shadow-2xl max-md:bottom-20 ${isIdle ? 'border-warning/50' : 'border-info/50'}`}
    >
      <div className="flex gap-3">
        <Icon aria-hidden className={`mt-0.5 size-4 shrink-0 ${isIdle ? 'text-warning' : 'text-info'}`} />
        <div className="min-w-0 flex-1">
          <p className={`font-medium ${isIdle ? 'text-warning' : 'text-info'}`}>
            {isIdle ? 'You will be signed out for inactivity' : 'Your sign-in is about to end'}
          </p>
          <p className="text-fg-muted mt-0.5 text-sm">
            {isIdle
              ? 'In less than five minutes. Stay signed in to go on where you are.'
              : 'It has reached the limit your account sets, in less than five minutes. Sign in again when it suits you.'}
          </p>
          <div className="mt-3">
            <Button variant={isIdle ? 'primary' : 'secondary'} busy={busy} onClick={() => void act()}>
              {isIdle ? 'Stay signed in' : 'Sign in now'}
            </Button>
          </div>
        </div>
        <IconButton label="Dismiss" onClick={() => setDismissed(reason)}>
          <X aria-hidden className="size-4" />
        </IconButton>
      </div>
    </div>
  );
}
