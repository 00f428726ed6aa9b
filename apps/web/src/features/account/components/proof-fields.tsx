import { useEffect, useRef } from 'react';

import { ApiError, fieldErrors } from '@/shared/api/problem';
import { SecretField, TextField } from '@/shared/ui/field';

import type { Proof } from '../api/step-up';

/** What was typed into the fields below; null where they were not shown, or left empty. */
export function proofOf(form: FormData): Proof | null {
  // As typed: a password may begin or end with a space.
  const typed = form.get('password');
  if (typeof typed !== 'string' || typed === '') return null;
  const code = form.get('code');
  return typeof code === 'string' ? { password: typed, code } : { password: typed };
}

interface ProofFieldsProps {
  /** What the last attempt was refused for: it says whether a code is asked too. */
  error: unknown;
  hint?: string;
  required?: boolean;
  /** Said at the password where it is that what lacks. */
  passwordError?: string | undefined;
  takesFocus?: boolean;
}

/** Asks for the password once more, and for a code of whoever has a second factor. */
export function ProofFields({
  error,
  hint = 'You signed in a while ago, so it is asked once more.',
  required = true,
  passwordError,
  takesFocus = false,
}: ProofFieldsProps) {
  const errors = fieldErrors(error);
  const asksCode = 'code' in errors;
  const isFirstAsked = error instanceof ApiError && error.errors.some(({ code }) => code === 'required');
  const fields = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (takesFocus || asksCode) {
      fields.current?.querySelector<HTMLInputElement>(asksCode ? '[name=code]' : '[name=password]')?.focus();
    }
  }, [takesFocus, asksCode]);
  return (
    <div ref={fields} className="grid gap-4">
      <SecretField
        label="Your password"
        name="password"
        autoComplete="current-password"
        required={required}
        hint={hint}
        error={passwordError ?? errors['password']}
        className="font-sans!"
      />
      {asksCode && (
        <TextField
          label="Code"
          name="code"
          autoComplete="one-time-code"
          spellCheck={false}
          required
          maxLength={20}
          hint="From your authenticator app, or a recovery code."
          error={isFirstAsked ? undefined : errors['code']}
          className="font-mono tracking-widest"
        />
      )}
    </div>
  );
}
