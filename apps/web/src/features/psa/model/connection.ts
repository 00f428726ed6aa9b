import type { PsaConnection, PsaConnectionInput } from '@/shared/api/types';

export interface ConnectionFields {
  provider: PsaConnectionInput['provider'];
  site_url: string;
  company_id: string;
  public_key: string;
  private_key: string;
  client_id: string;
}

export const PROVIDERS = [{ value: 'connectwise', label: 'ConnectWise PSA' }] as const;

export const providerLabel = (provider: string): string =>
  PROVIDERS.find(({ value }) => value === provider)?.label ?? provider;

/** What is kept of a connection stands in the form; its keys never do. */
export const fieldsOf = (connection: PsaConnection | null): ConnectionFields => ({
  provider: connection?.provider ?? PROVIDERS[0].value,
  site_url: connection?.site_url ?? '',
  company_id: connection?.company_id ?? '',
  public_key: '',
  private_key: '',
  client_id: '',
});

const KEYS = ['public_key', 'private_key', 'client_id'] as const;

/**
 * What is missing, by field. Keys that are left empty stay as they are, but only where they were entered for: another site
 * or company wants them anew, and a key of a pair alone does not fit.
 */
export function missingOf(
  fields: ConnectionFields,
  connection: PsaConnection | null,
): Partial<Record<keyof ConnectionFields, string>> {
  const missing: Partial<Record<keyof ConnectionFields, string>> = {};
  const { site_url: site, company_id: company } = inputOf(fields);
  if (fields.site_url.trim() === '') missing.site_url = 'Enter the address of your PSA.';
  if (company === '') missing.company_id = 'Enter the company id you sign in with.';
  const moved = connection?.site_url !== site || connection.company_id !== company;
  const pair = fields.public_key.trim() !== '' || fields.private_key.trim() !== '';
  if (moved || pair) {
    if (fields.public_key.trim() === '') missing.public_key = 'Enter the public key.';
    if (fields.private_key.trim() === '') missing.private_key = 'Enter the private key.';
  }
  if (moved && fields.client_id.trim() === '') missing.client_id = 'Enter the client id.';
  return missing;
}

export function inputOf(fields: ConnectionFields): PsaConnectionInput {
  const given = KEYS.map((key) => [key, fields[key].trim()] as const).filter(([, value]) => value !== '');
  return {
    provider: fields.provider,
    site_url: fields.site_url.trim(),
    company_id: fields.company_id.trim(),
    ...Object.fromEntries(given),
  };
}
