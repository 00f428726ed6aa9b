import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeAll, beforeEach, expect, it, vi } from 'vitest';

import type { Channel } from '@/shared/api/types';
import { renderRoutes, signInForTest } from '@/testing/render';

import * as page from './channels-page';

const toasts = vi.hoisted(() => vi.fn<(kind: string, message: string) => void>());
vi.mock('@/shared/ui/toast', () => ({ notify: toasts }));

const URL = 'https://hooks.slack.example/services/T0/B0/secret-x9Qd';
const desk: Channel = {
  id: 'c1',
  kind: 'slack',
  name: 'Service desk',
  url_hint: 'hooks.slack.example …x9Qd',
  events: ['session.escalated'],
  enabled: true,
  last_delivery: null,
};

let channels: Channel[] = [];
let calls: { method: string; path: string; body: Record<string, unknown> }[] = [];
let tested: { delivered: boolean; detail: string | null };
let refusal: unknown = null;

beforeAll(async () => {
  await import('./components/channel-dialog');
});
beforeEach(() => {
  signInForTest('owner');
  toasts.mockReset();
  channels = [desk];
  calls = [];
  tested = { delivered: true, detail: null };
  refusal = null;
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    const method = init.method ?? 'GET';
    const path = url.replace('/api/v1/accounts/me/channels', '');
    const body = typeof init.body === 'string' ? (JSON.parse(init.body) as Record<string, unknown>) : {};
    if (method === 'GET') return new Response(JSON.stringify(channels));
    calls.push({ method, path, body });
    if (refusal !== null) return new Response(JSON.stringify(refusal), { status: 422 });
    if (path.endsWith('/test')) return new Response(JSON.stringify(tested));
    if (method === 'DELETE') channels = [];
    if (method === 'PATCH') channels = channels.map((channel) => ({ ...channel, ...body }));
    if (method === 'POST') channels = [...channels, { ...desk, id: 'c2', name: String(body['name']) }];
    return method === 'DELETE'
      ? new Response(null, { status: 204 })
      : new Response(JSON.stringify(channels.at(-1)));
  });
});

const open = () =>
  renderRoutes([{ path: '/account/channels', Component: page.Component }], '/account/channels');

it('adds a channel, whose address is hidden while it is typed', async () => {
  channels = [];
  const user = userEvent.setup();
  open();
  expect(await screen.findByText('No channel yet')).toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: 'Add a channel' }));
  const form = within(await screen.findByRole('form', { name: 'Add a channel' }));
  await user.type(form.getByLabelText('Name'), 'Service desk');
  const address = form.getByLabelText('Address of the webhook');
  expect(address).toHaveAttribute('type', 'password');
  await user.type(address, URL);
  await user.click(form.getByRole('checkbox', { name: 'My escalation is claimed' }));
  await user.click(form.getByRole('button', { name: 'Add it' }));
  expect(await screen.findByRole('list', { name: 'Channels' })).toHaveTextContent('Service desk');
  expect(calls).toEqual([
    {
      method: 'POST',
      path: '',
      body: { kind: 'slack', name: 'Service desk', url: URL, events: ['session.escalated'] },
    },
  ]);
  expect(document.body).not.toHaveTextContent('secret');
});

it('says at the field what is wrong with the address, and keeps it', async () => {
  refusal = {
    code: 'validation_failed',
    detail: 'No.',
    request_id: 'r',
    errors: [{ loc: 'body.url', message: 'This is no address of Slack.', kind: 'value' }],
  };
  const user = userEvent.setup();
  open();
  await user.click(await screen.findByRole('button', { name: 'Add a channel' }));
  await user.type(await screen.findByLabelText('Name'), 'Desk');
  await user.type(screen.getByLabelText('Address of the webhook'), 'https://example.com');
  await user.click(screen.getByRole('button', { name: 'Add it' }));
  expect(await screen.findByText('This is no address of Slack.')).toBeInTheDocument();
  expect(screen.getByLabelText('Address of the webhook')).toHaveValue('https://example.com');
});

it('sends a test and says what came of it', async () => {
  const user = userEvent.setup();
  open();
  const send = await screen.findByRole('button', { name: 'Send a test to Service desk' });
  await user.click(send);
  await waitFor(() => expect(toasts).toHaveBeenCalledWith('success', 'Service desk has a test message.'));
  tested = { delivered: false, detail: 'Slack answered with status 404.' };
  await user.click(send);
  await waitFor(() => expect(toasts).toHaveBeenCalledWith('error', 'Slack answered with status 404.'));
});

it('switches one off, and asks before it removes it', async () => {
  const user = userEvent.setup();
  open();
  await user.click(await screen.findByRole('button', { name: 'Switch Service desk off' }));
  expect(await screen.findByRole('button', { name: 'Switch Service desk on' })).toBeInTheDocument();
  expect(screen.getByText('Off')).toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: 'Remove Service desk' }));
  const dialog = within(screen.getByRole('dialog', { name: 'Remove Service desk?' }));
  await user.click(dialog.getByRole('button', { name: 'Keep it' }));
  expect(calls.map(({ method }) => method)).toEqual(['PATCH']);
  await user.click(screen.getByRole('button', { name: 'Remove Service desk' }));
  await user.click(screen.getByRole('button', { name: 'Remove' }));
  expect(await screen.findByText('No channel yet')).toBeInTheDocument();
});
