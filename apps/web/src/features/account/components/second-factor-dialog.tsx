import { QRCodeSVG } from 'qrcode.react';
import { useEffect, useRef, useState, type FormEvent } from 'react';

import { useAuth } from '@/shared/api/auth-session';
import { fieldErrors, isCode, messageOf } from '@/shared/api/problem';
import { formText } from '@/shared/lib/forms';
import { Button } from '@/shared/ui/button';
import { Callout } from '@/shared/ui/callout';
import { CopyButton } from '@/shared/ui/copy-button';
import { Dialog } from '@/shared/ui/dialog';
import { TextField } from '@/shared/ui/field';

import { useBeginSecondFactor, useConfirmSecondFactor, useSecondFactorChanged } from '../api/second-factor';
import { ConfirmDialog } from './confirm-dialog';

/** From scanning the picture over the first code to the recovery codes. */
export default function SetUpDialog({ onClose }: { onClose: () => void }) {
  const begin = useBeginSecondFactor();
  const confirm = useConfirmSecondFactor();
  const changed = useSecondFactorChanged();
  const begun = useRef(false);
  useEffect(() => {
    // Each time it is begun the secret is another: once, however often this is drawn.
    if (begun.current) return;
    begun.current = true;
    begin.mutate(null);
  }, [begin]);

  if (confirm.isSuccess) {
    return (
      <RecoveryDialog
        codes={confirm.data.recovery_codes}
        onClose={() => {
          const wasDue = useAuth.getState().user?.second_factor_due === true;
          onClose();
          // Nothing else answered so far: what is open here begins anew.
          void changed().then(() => wasDue && window.location.assign('/'));
        }}
      />
    );
  }
  // Asked for once, it stays asked for: also while what was shown is under way, or was wrong.
  const asksProof = isCode(begin.error, 'step_up_required') || (begin.variables ?? null) !== null;
  if (!begin.isSuccess && asksProof) {
    return (
      <ConfirmDialog
        title="Set up two-step sign-in"
        body="Show first that it is you."
        confirm="Go on"
        variant="primary"
        error={begin.error}
        busy={begin.isPending}
        onClose={onClose}
        onConfirm={(proof) => begin.mutate(proof)}
      />
    );
  }

  if (begin.isError) {
    return (
      <Dialog open onOpenChange={(open) => !open && onClose()} title="Set up two-step sign-in">
        <Callout tone="danger" title={messageOf(begin.error)} role="alert" className="mb-4" />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" onClick={() => begin.mutate(null)}>
            Try again
          </Button>
        </div>
      </Dialog>
    );
  }

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    confirm.mutate(formText(new FormData(event.currentTarget), 'code'));
  }

  const errors = fieldErrors(confirm.error);
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Set up two-step sign-in"
      description="Scan the picture with your authenticator app, then type the code it shows."
    >
      <form onSubmit={submit} className="grid gap-4">
        <div className="flex justify-center">
          {begin.data ? (
            // White in both themes: cameras read dark on light.
            <div className="rounded-lg bg-white p-3">
              <QRCodeSVG value={begin.data.otpauth_url} size={176} title="Picture to scan" />
            </div>
          ) : (
            <div className="bg-raised size-50 rounded-lg" role="status" aria-label="Preparing" />
          )}
        </div>
        {begin.data && (
          <details className="text-sm">
            <summary className="text-fg-muted cursor-pointer">No camera? Type the key instead</summary>
            <p className="mt-2 flex items-center gap-2">
              <code className="bg-raised rounded px-2 py-1 font-mono break-all">{begin.data.secret}</code>
              <CopyButton text={begin.data.secret} label="Copy the key" />
            </p>
          </details>
        )}
        <TextField
          label="Code"
          name="code"
          inputMode="numeric"
          autoComplete="one-time-code"
          required
          maxLength={10}
          error={errors['code']}
          className="font-mono tracking-widest"
        />
        {confirm.isError && Object.keys(errors).length === 0 && (
          <Callout tone="danger" title={messageOf(confirm.error)} role="alert" />
        )}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" busy={confirm.isPending} disabled={!begin.isSuccess}>
            Turn it on
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

/** Recovery codes, which are shown this once. */
export function RecoveryDialog({ codes, onClose }: { codes: string[]; onClose: () => void }) {
  const [kept, setKept] = useState(false);
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && kept && onClose()}
      title="Keep your recovery codes"
      description="Each works once in the place of a code, on the day your phone is gone. They are not shown again."
    >
      <div className="grid gap-4">
        <ul
          className="bg-raised grid grid-cols-2 gap-x-6 gap-y-1 rounded-md p-3 font-mono text-sm"
          aria-label="Recovery codes"
        >
          {codes.map((code) => (
            <li key={code}>{code}</li>
          ))}
        </ul>
        <label className="flex items-center gap-2 text-sm">
          <input type="checkbox" checked={kept} onChange={(event) => setKept(event.target.checked)} />
          I have put them where I find them without my phone
        </label>
        <div className="flex justify-end gap-2">
          <CopyButton text={codes.join('\n')} label="Copy all" size="md" variant="secondary" />
          <Button variant="primary" disabled={!kept} onClick={onClose}>
            Done
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
