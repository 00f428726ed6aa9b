import type { PsaConnection, PsaConnectionInput } from '@/shared/api/types';

export interface ConnectionFields {
  provider: PsaConnectionInput['provider'];
  site_url: string;
  company_id: string;
  public_key: string;
  private_key: string;
  client_id: string;
}

type Provider = ConnectionFields['provider'];

/** What each asks for, in its own words. */
export const PROVIDERS: readonly {
  value: Provider;
  label: string;
  company: { label: string; hint: string; needed: boolean };
  site: string;
  /** A pair of keys, or one secret beside the client id. */
  publicKey: boolean;
  privateKey: { label: string; hint: string };
  clientId: string;
}[] = [
  {
    value: 'connectwise',
    label: 'ConnectWise PSA',
    company: { label: 'Company id', hint: 'The company you type when you sign in there.', needed: true },
    site: 'na.myconnectwise.net',
    publicKey: true,
    privateKey: { label: 'Private key', hint: 'Shown there once, when the keys were made.' },
    clientId: 'From the developer page of your PSA.',
  },
  {
    value: 'halo',
    label: 'HaloPSA',
    company: { label: 'Tenant', hint: 'Only for a site that has several.', needed: false },
    site: 'yourteam.halopsa.com',
    publicKey: false,
    privateKey: { label: 'Client secret', hint: 'Shown there once, when the application was made.' },
    clientId: 'Of an API application of the kind “client id and secret”.',
  },
];

export const providerOf = (provider: string) =>
  PROVIDERS.find(({ value }) => value === provider) ?? PROVIDERS[0]!;

export const providerLabel = (provider: string): string =>
  PROVIDERS.find(({ value }) => value === provider)?.label ?? provider;

/** What is kept of a connection stands in the form; its keys never do. */
export const fieldsOf = (connection: PsaConnection | null): ConnectionFields => ({
  provider: connection?.provider ?? 'connectwise',
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
  const asks = providerOf(fields.provider);
  if (asks.company.needed && company === '') missing.company_id = 'Enter the company id you sign in with.';
  const moved =
    connection?.provider !== fields.provider ||
    connection.site_url !== site ||
    connection.company_id !== company;
  const pair = asks.publicKey && (fields.public_key.trim() !== '' || fields.private_key.trim() !== '');
  if (moved || pair) {
    if (asks.publicKey && fields.public_key.trim() === '') missing.public_key = 'Enter the public key.';
    if (fields.private_key.trim() === '') {
      missing.private_key = `Enter the ${asks.privateKey.label.toLowerCase()}.`;
    }
  }
  if (moved && fields.client_id.trim() === '') missing.client_id = 'Enter the client id.';
  return missing;
}

export function inputOf(fields: ConnectionFields): PsaConnectionInput {
  const keys = KEYS.filter((key) => key !== 'public_key' || providerOf(fields.provider).publicKey);
  const given = keys.map((key) => [key, fields[key].trim()] as const).filter(([, value]) => value !== '');
  return {
    provider: fields.provider,
    site_url: fields.site_url.trim(),
    company_id: fields.company_id.trim(),
    ...Object.fromEntries(given),
  };
}
