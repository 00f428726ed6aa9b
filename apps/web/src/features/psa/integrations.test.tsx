import { QueryClientProvider } from '@tanstack/react-query';
import { fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { createMemoryRouter, RouterProvider } from 'react-router';
import { beforeEach, expect, it } from 'vitest';

import { useAuth } from '@/shared/api/auth-session';
import { queryClient } from '@/shared/api/query-client';
import { makeConnection, makePush, PsaServer } from '@/testing/psa-server';

import { PsaTabs } from './psa-tabs';

beforeEach(() => {
  queryClient.clear();
  queryClient.setDefaultOptions({ queries: { retry: false } });
  useAuth.setState({ status: 'signed_in', token: 't', user: { id: 'user', role: 'owner' } as never });
});

function open(path = '/') {
  const router = createMemoryRouter(
    [
      {
        path: '/',
        element: <PsaTabs more={[{ value: 'chat', label: 'Chat', content: <p>Channels of others</p> }]} />,
      },
      { path: '*', element: <h1>Elsewhere</h1> },
    ],
    { initialEntries: [path] },
  );
  return render(
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>,
  );
}

const VALUES = {
  Address: 'na.myconnectwise.net',
  'Company id': 'northwind',
  'Public key': 'pub-1234',
  'Private key': 'hush-5678',
  'Client id': 'client-9',
};

async function fill() {
  await screen.findByLabelText('Address');
  for (const [label, value] of Object.entries(VALUES)) {
    fireEvent.change(screen.getByLabelText(label), { target: { value } });
  }
}

it('tests what is typed without keeping it, says what to do, then connects and shows what the test of it found', async () => {
  const server = new PsaServer();
  server.connection = null;
  server.testOk = false;
  const user = userEvent.setup();
  open();
  await fill();
  await user.click(screen.getByRole('button', { name: 'Test' }));
  const found = await screen.findByRole('alert');
  expect(found).toHaveTextContent('Make new keys for the API member');
  const steps = within(found).getAllByRole('listitem');
  expect(steps.map((step) => step.textContent)).toEqual([
    'Good: Reach the siteVersion 2025.1',
    'Failed: Sign inIncorrect public/private key',
  ]);
  expect(server.sent('PUT', '/integrations/psa')).toEqual([]);

  server.testOk = true;
  await user.click(screen.getByRole('button', { name: 'Connect' }));
  expect(await screen.findByText('The connection works')).toBeInTheDocument();
  expect(server.sent('PUT', '/integrations/psa')).toEqual([
    {
      provider: 'connectwise',
      site_url: 'na.myconnectwise.net',
      company_id: 'northwind',
      public_key: 'pub-1234',
      private_key: 'hush-5678',
      client_id: 'client-9',
    },
  ]);
  expect(server.sent('POST', '/integrations/psa/test')).toHaveLength(1);
});

it('asks for what is missing and sends nothing', async () => {
  const server = new PsaServer();
  server.connection = null;
  const user = userEvent.setup();
  open();
  await user.click(await screen.findByRole('button', { name: 'Connect' }));
  expect(screen.getByLabelText('Private key')).toBeInvalid();
  expect(screen.getByLabelText('Company id')).toHaveFocus();
  await user.click(screen.getByRole('button', { name: 'Test' }));
  expect(server.calls.filter(({ method }) => method !== 'GET')).toEqual([]);
});

it('never shows a key again, and sends none where none is typed', async () => {
  const server = new PsaServer();
  const user = userEvent.setup();
  open();
  await user.click(await screen.findByRole('button', { name: 'Change' }));
  for (const name of ['Public key', 'Private key', 'Client id']) {
    expect(screen.getByLabelText(name)).toHaveValue('');
    expect(screen.getByLabelText(name)).toHaveAttribute('type', 'password');
  }
  await user.click(screen.getByRole('button', { name: 'Save' }));
  expect(await screen.findByRole('button', { name: 'Change' })).toBeInTheDocument();
  expect(server.sent('PUT', '/integrations/psa')).toEqual([
    { provider: 'connectwise', site_url: 'https://na.myconnectwise.net', company_id: 'northwind' },
  ]);
});

it('wants the keys anew for another company, and no key of a pair alone', async () => {
  const server = new PsaServer();
  const user = userEvent.setup();
  open();
  await user.click(await screen.findByRole('button', { name: 'Change' }));
  await user.type(screen.getByLabelText('Public key'), 'pub-9');
  await user.click(screen.getByRole('button', { name: 'Save' }));
  expect(screen.getByLabelText('Private key')).toBeInvalid();
  expect(screen.getByLabelText('Client id')).not.toBeInvalid();
  await user.type(screen.getByLabelText('Company id'), '2');
  await user.click(screen.getByRole('button', { name: 'Save' }));
  expect(screen.getByLabelText('Client id')).toBeInvalid();
  expect(server.sent('PUT', '/integrations/psa')).toEqual([]);
});

it('asks before it disconnects, and begins anew after it', async () => {
  const server = new PsaServer();
  const user = userEvent.setup();
  open();
  await user.click(await screen.findByRole('button', { name: /Disconnect/ }));
  const dialog = await screen.findByRole('dialog', { name: 'Disconnect ConnectWise PSA?' });
  expect(dialog).toHaveTextContent('Its keys are deleted.');
  await user.click(within(dialog).getByRole('button', { name: 'Cancel' }));
  expect(server.connection).not.toBeNull();
  await user.click(screen.getByRole('button', { name: /Disconnect/ }));
  await user.click(await screen.findByRole('button', { name: 'Disconnect' }));
  expect(await screen.findByRole('form', { name: 'PSA connection' })).toBeInTheDocument();
  expect(screen.queryByRole('dialog')).toBeNull();
});

it('saves the seven settings as one, and shows what the rounding does', async () => {
  const server = new PsaServer();
  const user = userEvent.setup();
  open('/?tab=settings');
  expect(await screen.findByRole('button', { name: 'Save' })).toBeDisabled();
  await user.click(screen.getByRole('switch', { name: /escalated/ }));
  await user.click(screen.getByRole('switch', { name: /active time/ }));
  expect(await screen.findByRole('option', { name: 'On site' })).toBeInTheDocument();
  await user.selectOptions(screen.getByLabelText('Work type'), 'On site');
  await user.selectOptions(screen.getByLabelText('Round'), 'down');
  expect(screen.getByText('0:15')).toBeInTheDocument();
  await user.type(screen.getByLabelText(/When resolved/), ' Completed ');
  await user.selectOptions(screen.getByLabelText('Who reads it'), 'resolution');
  await user.click(screen.getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(screen.getByRole('button', { name: 'Save' })).toBeDisabled());
  expect(server.sent('PATCH', '/integrations/psa/settings')).toEqual([
    {
      push_on_resolve: true,
      push_on_escalate: false,
      note_visibility: 'resolution',
      time_entry: { create: true, work_type: '7', work_role: null },
      rounding: { step_minutes: 15, direction: 'down', least_minutes: 0 },
      status: { on_resolve: 'Completed', on_escalate: null },
      content: { redaction_mode: 'mask', include_ai_reasoning: false },
    },
  ]);
});

it('offers only what the PSA can show', async () => {
  const server = new PsaServer();
  server.connection = makeConnection({ provider: 'halo', note_visibilities: ['internal', 'discussion'] });
  open('/?tab=settings');
  const readers = within(await screen.findByLabelText('Who reads it')).getAllByRole('option');
  expect(readers.map(({ textContent }) => textContent)).toEqual(['Internal', 'Discussion']);
});

it('says at the field what the PSA does not have', async () => {
  const server = new PsaServer();
  const message = 'this PSA has no discussion notes';
  server.refuse['PATCH /settings'] = {
    status: 422,
    code: 'validation_failed',
    detail: 'Not valid',
    errors: [{ loc: 'note_visibility', code: 'not_supported', message }],
  };
  const user = userEvent.setup();
  open('/?tab=settings');
  await user.selectOptions(await screen.findByLabelText('Who reads it'), 'discussion');
  await user.click(screen.getByRole('button', { name: 'Save' }));
  expect(await screen.findByLabelText('Who reads it')).toBeInvalid();
  expect(screen.getByText(message, { exact: false })).toBeInTheDocument();
});

it('warns of who is not mapped until somebody maps them', async () => {
  const server = new PsaServer();
  const user = userEvent.setup();
  open('/?tab=members');
  expect(await screen.findByText('Noor Haddad has no member in the PSA yet')).toBeInTheDocument();
  expect(screen.getByRole('row', { name: /Eli Marsh/ })).toHaveTextContent('By e-mail');
  await user.selectOptions(screen.getByLabelText('Noor Haddad in the PSA'), 'N. Haddad');
  await waitFor(() => expect(screen.queryByText(/no member in the PSA yet/)).toBeNull());
  expect(screen.getByRole('row', { name: /Noor Haddad/ })).toHaveTextContent('By hand');
  expect(server.sent('PUT', '/integrations/psa/members/other')).toEqual([{ member_id: 'm2' }]);
});

it('shows the push log by state, with why a push failed and the way to try it again', async () => {
  const server = new PsaServer();
  server.pushes = [
    makePush({ id: 'bad', state: 'needs_review', last_error: 'The ticket was deleted.', attempts: 4 }),
    makePush({ id: 'good', state: 'confirmed', ticket_id: '7', last_error: 'An old one.' }),
  ];
  const user = userEvent.setup();
  open('/?tab=log');
  const log = await screen.findByRole('list', { name: 'Push log' });
  expect(within(log).getAllByRole('listitem')).toHaveLength(2);
  expect(log).not.toHaveTextContent('An old one.');
  await user.click(screen.getByRole('button', { name: 'Needs review' }));
  await waitFor(() => expect(within(log).getAllByRole('listitem')).toHaveLength(1));
  expect(log).toHaveTextContent('The ticket was deleted.');
  await user.click(screen.getByRole('button', { name: 'Try again: Note for #48213' }));
  expect(await screen.findByText('Nothing stands like that')).toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: 'Show everything' }));
  expect(await screen.findByText('Queued', { selector: 'li span' })).toBeInTheDocument();
});

it('says how to begin where nothing is connected, and keeps the place of other services', async () => {
  const server = new PsaServer();
  server.connection = null;
  const user = userEvent.setup();
  open('/?tab=log');
  await user.click(await screen.findByRole('button', { name: 'Connect one' }));
  expect(await screen.findByRole('form', { name: 'PSA connection' })).toBeInTheDocument();
  await user.click(screen.getByRole('tab', { name: 'Chat' }));
  expect(await screen.findByText('Channels of others')).toBeInTheDocument();
});

it('says so to whoever may not see it', async () => {
  const server = new PsaServer();
  server.managed = false;
  useAuth.setState({ user: { id: 'user', role: 'engineer' } as never });
  open();
  expect(await screen.findByText('You cannot open this')).toBeInTheDocument();
});

it('asks a Halo for what it has, and sends no public key', async () => {
  const server = new PsaServer();
  server.connection = null;
  const user = userEvent.setup();
  open();
  await user.selectOptions(await screen.findByRole('combobox', { name: 'PSA' }), 'HaloPSA');
  expect(screen.queryByLabelText('Public key')).toBeNull();
  await user.type(screen.getByLabelText('Address'), 'brightwater.halopsa.com');
  await user.type(screen.getByLabelText('Client id'), 'the-client');
  await user.click(screen.getByRole('button', { name: 'Connect' }));
  expect(await screen.findByText('Enter the client secret.')).toBeInTheDocument();
  await user.type(screen.getByLabelText('Client secret'), 's3cret');
  await user.click(screen.getByRole('button', { name: 'Connect' }));
  await waitFor(() =>
    expect(server.sent('PUT', '/integrations/psa')).toEqual([
      {
        provider: 'halo',
        site_url: 'brightwater.halopsa.com',
        company_id: '',
        client_id: 'the-client',
        private_key: 's3cret',
      },
    ]),
  );
  expect(await screen.findByRole('heading', { name: 'HaloPSA' })).toBeInTheDocument();
});

it('promises to keep nothing for another PSA, and brings back what was kept for this one', async () => {
  new PsaServer();
  const user = userEvent.setup();
  open();
  await user.click(await screen.findByRole('button', { name: 'Change' }));
  expect(screen.getAllByText(/Left empty, it stays/)).toHaveLength(3);
  await user.selectOptions(screen.getByRole('combobox', { name: 'PSA' }), 'HaloPSA');
  expect(screen.queryByText(/Left empty, it stays/)).toBeNull();
  expect(screen.getByLabelText('Address')).toHaveValue('');
  expect(screen.getByLabelText('Tenant')).toHaveValue('');
  await user.selectOptions(screen.getByRole('combobox', { name: 'PSA' }), 'ConnectWise PSA');
  expect(screen.getByLabelText('Address')).toHaveValue('https://na.myconnectwise.net');
});
