import { SecretField } from '@/shared/ui/field';

/** A password that is chosen, wherever one is. */
export function NewPasswordField({ label, error }: { label: string; error: string | undefined }) {
  return (
    <SecretField
      label={label}
      name="password"
      autoComplete="new-password"
      required
      minLength={12}
      className="font-sans!"
      hint="At least 12 characters. A short sentence works well."
      error={error}
    />
  );
}
