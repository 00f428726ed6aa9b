import { useEffect, useRef, useState, type FormEvent } from 'react';

import { finishSignIn } from '@/shared/api/auth-session';
import { messageOf } from '@/shared/api/problem';
import { formText } from '@/shared/lib/forms';
import { Button } from '@/shared/ui/button';
import { Callout } from '@/shared/ui/callout';
import { TextField } from '@/shared/ui/field';
import { usePageFocus } from '@/shared/ui/page-header';

interface CodeFormProps {
  challenge: string;
  onDone: () => void;
  onBack: () => void;
}

/** The second step of a sign-in: what the authenticator app shows, or a recovery code. */
export default function CodeForm({ challenge, onDone, onBack }: CodeFormProps) {
  const heading = usePageFocus('Enter your code');
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = event.currentTarget;
    setBusy(true);
    setError(null);
    try {
      await finishSignIn(challenge, formText(new FormData(form), 'code'));
      onDone();
    } catch (problem) {
      setError(messageOf(problem));
      setBusy(false);
      field.current?.select();
    }
  }

  return (
    <>
      <h1 ref={heading} tabIndex={-1} className="text-2xl font-semibold tracking-tight">
        Enter your code
      </h1>
      <p className="text-fg-muted mt-1 mb-5">
        Your authenticator app shows one for ResolutionFlow. Without your phone, use a recovery code.
      </p>
      <form onSubmit={(event) => void submit(event)} className="grid gap-4">
        <TextField
          ref={field}
          label="Code"
          name="code"
          autoComplete="one-time-code"
          autoCapitalize="characters"
          spellCheck={false}
          required
          maxLength={20}
          className="font-mono tracking-widest"
        />
        {error && <Callout tone="danger" title={error} role="alert" />}
        <Button type="submit" variant="primary" size="lg" busy={busy} className="w-full">
          {busy ? 'Signing in' : 'Sign in'}
        </Button>
        <Button variant="ghost" onClick={onBack}>
          Use another account
        </Button>
      </form>
    </>
  );
}
