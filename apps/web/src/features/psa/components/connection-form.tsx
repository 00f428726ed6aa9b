import { useRef, useState, type FormEvent } from 'react';
import { flushSync } from 'react-dom';

import { fieldErrors, messageOf } from '@/shared/api/problem';
import type { PsaConnection } from '@/shared/api/types';
import { Button } from '@/shared/ui/button';
import { Callout } from '@/shared/ui/callout';
import { SecretField, SelectField, TextField } from '@/shared/ui/field';
import { Panel } from '@/shared/ui/panel';

import { useSaveConnection, useTestConnection } from '../api';
import {
  fieldsOf,
  inputOf,
  missingOf,
  providerOf,
  PROVIDERS,
  type ConnectionFields,
} from '../model/connection';
import { Diagnosis } from './diagnosis';

const SECRET_HINT = 'Left empty, it stays as it is for the same site and company.';

/** To connect, or to change a connection. What was typed can be tried before it is kept. */
export function ConnectionForm({
  connection,
  onSaved,
  onCancel,
}: {
  connection: PsaConnection | null;
  onSaved: () => void;
  onCancel?: () => void;
}) {
  const [fields, setFields] = useState(() => fieldsOf(connection));
  const [checked, setChecked] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const save = useSaveConnection();
  const test = useTestConnection();
  const refused = { ...fieldErrors(save.error), ...fieldErrors(test.error) };
  const missing = checked ? missingOf(fields, connection) : {};
  const problem = save.error ?? test.error;
  const asks = providerOf(fields.provider);

  const set = (name: keyof ConnectionFields) => (event: { target: { value: string } }) => {
    // What was said was about what stood there.
    save.reset();
    test.reset();
    setFields((now) => ({ ...now, [name]: event.target.value }));
  };
  // What is kept belongs to the PSA it was entered for.
  const choose = (provider: ConnectionFields['provider']) => {
    save.reset();
    test.reset();
    setFields((now) =>
      connection === null
        ? { ...now, provider }
        : provider === connection.provider
          ? fieldsOf(connection)
          : { ...fieldsOf(null), provider },
    );
  };
  const errorOf = (name: keyof ConnectionFields) => missing[name] ?? refused[name];
  const complete = () => {
    // With the faults on the page: the first of them is where to go on.
    flushSync(() => setChecked(true));
    form.current?.querySelector<HTMLElement>('[aria-invalid]')?.focus();
    return Object.keys(missingOf(fields, connection)).length === 0;
  };

  function submit(event: FormEvent) {
    event.preventDefault();
    if (!complete() || save.isPending) return;
    test.reset();
    save.mutate(inputOf(fields), { onSuccess: onSaved });
  }

  const secret = (name: keyof ConnectionFields, label: string, hint: string) => (
    <SecretField
      label={label}
      value={fields[name]}
      onChange={set(name)}
      maxLength={200}
      hint={connection?.provider === fields.provider ? SECRET_HINT : hint}
      error={errorOf(name)}
    />
  );

  return (
    <Panel title={connection === null ? 'Connect your PSA' : 'Change the connection'} className="max-w-3xl">
      <form ref={form} onSubmit={submit} noValidate aria-label="PSA connection" className="grid gap-4">
        <div className="grid gap-4 sm:grid-cols-2">
          <SelectField
            label="PSA"
            value={fields.provider}
            onChange={({ target }) => choose(providerOf(target.value).value)}
          >
            {PROVIDERS.map(({ value, label }) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </SelectField>
          <TextField
            label={asks.company.label}
            value={fields.company_id}
            onChange={set('company_id')}
            maxLength={100}
            autoComplete="off"
            spellCheck={false}
            hint={asks.company.hint}
            error={errorOf('company_id')}
          />
        </div>
        <TextField
          label="Address"
          value={fields.site_url}
          onChange={set('site_url')}
          maxLength={255}
          inputMode="url"
          autoComplete="off"
          spellCheck={false}
          placeholder={asks.site}
          hint="The site you sign in at. Where its API is, we find out."
          error={errorOf('site_url')}
          className="font-mono"
        />
        <div className="grid gap-4 sm:grid-cols-2">
          {asks.publicKey && secret('public_key', 'Public key', 'Of an API member, under its API keys.')}
          {!asks.publicKey && secret('client_id', 'Client id', asks.clientId)}
          {secret('private_key', asks.privateKey.label, asks.privateKey.hint)}
        </div>
        {asks.publicKey && secret('client_id', 'Client id', asks.clientId)}
        <p className="text-fg-subtle text-xs">
          Keys are kept encrypted, are never shown again, and go to your PSA alone.
        </p>
        {test.data && <Diagnosis ok={test.data.ok} diagnosis={test.data.diagnosis} />}
        {problem !== null && Object.keys(refused).length === 0 && (
          <Callout tone="danger" title={messageOf(problem)} role="alert" />
        )}
        <div className="flex flex-wrap justify-end gap-2">
          {onCancel && (
            <Button variant="ghost" size="lg" onClick={onCancel}>
              Cancel
            </Button>
          )}
          <Button
            size="lg"
            busy={test.isPending}
            onClick={() => {
              if (!complete()) return;
              save.reset();
              test.mutate(inputOf(fields));
            }}
          >
            Test
          </Button>
          <Button type="submit" variant="primary" size="lg" busy={save.isPending}>
            {connection === null ? 'Connect' : 'Save'}
          </Button>
        </div>
      </form>
    </Panel>
  );
}
