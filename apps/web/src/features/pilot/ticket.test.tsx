import { QueryClientProvider } from '@tanstack/react-query';
import { render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { createMemoryRouter, RouterProvider } from 'react-router';
import { beforeAll, beforeEach, expect, it, vi } from 'vitest';

import { useAuth } from '@/shared/api/auth-session';
import { queryClient } from '@/shared/api/query-client';
import { Sight } from '@/testing/page';
import { makeAiSession, PilotServer } from '@/testing/pilot-server';
import { makePush, PsaServer } from '@/testing/psa-server';

import { SessionPage } from './session-page';
import * as start from './start-page';

/** The copilot's server, with a PSA behind it. */
function servers(session = makeAiSession()) {
  const pilot = new PilotServer(session);
  const answer = globalThis.fetch as unknown as (url: string, init: RequestInit) => Promise<Response>;
  return { pilot, psa: new PsaServer(answer) };
}

// What the page fetches when it is wanted is read from the disk before, and not against the clock of a test.
beforeAll(async () => {
  await import('@/shared/psa/ticket-picker');
  await import('@/shared/psa/ticket-panel');
  await import('@/shared/psa/push-status');
  await import('@/shared/psa/ticket-button');
});

beforeEach(() => {
  queryClient.clear();
  queryClient.setDefaultOptions({ queries: { retry: false } });
  useAuth.setState({ status: 'signed_in', token: 't', user: { id: 'user', role: 'engineer' } as never });
  new Sight();
  Element.prototype.scrollIntoView = () => undefined;
});

function open(path: string) {
  const router = createMemoryRouter(
    [
      { path: '/pilot', Component: start.Component },
      { path: '/pilot/:sessionId', element: <SessionPage sessionId="ai" /> },
    ],
    { initialEntries: [path] },
  );
  render(
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>,
  );
  return userEvent.setup();
}

it('starts from a ticket: its number, its client and its summary come along, and its card is shown', async () => {
  const { pilot } = servers();
  const user = open('/pilot');
  await user.click(await screen.findByRole('button', { name: 'From a ticket' }));
  await user.click(await screen.findByRole('button', { name: /48213/ }));
  expect(screen.queryByRole('dialog')).toBeNull();
  const problem = screen.getByRole('textbox', { name: 'The problem' });
  expect(problem).toHaveValue('Printer at the front desk does not print');
  await waitFor(() => expect(problem).toHaveFocus());
  expect(await screen.findByText('CONTOSO-FD01')).toBeInTheDocument();
  await user.keyboard('{Enter}');
  await waitFor(() =>
    expect(
      pilot.calls.find(({ method, path }) => method === 'POST' && path === '/ai-sessions')?.body,
    ).toEqual({
      intake_content: { text: 'Printer at the front desk does not print' },
      psa_ticket_id: '48213',
      client_name: 'Contoso Dental',
    }),
  );
});

it('keeps what was typed already, and drops the card when the number is changed by hand', async () => {
  servers();
  const user = open('/pilot');
  await user.type(await screen.findByRole('textbox', { name: 'The problem' }), 'Jobs hang');
  await user.click(screen.getByRole('button', { name: 'From a ticket' }));
  await user.click(await screen.findByRole('button', { name: /48213/ }));
  expect(screen.getByRole('textbox', { name: 'The problem' })).toHaveValue('Jobs hang');
  expect(await screen.findByRole('region', { name: 'Ticket' })).toBeInTheDocument();
  await user.type(screen.getByLabelText(/Ticket number/), '9');
  expect(screen.queryByRole('region', { name: 'Ticket' })).toBeNull();
});

it('links a ticket to a running session, and shows what was posted to it', async () => {
  const { pilot, psa } = servers(makeAiSession({ psa_ticket_id: null }));
  psa.pushes = [makePush({ state: 'confirmed' })];
  vi.stubGlobal('matchMedia', () => ({ matches: true }));
  const user = open('/pilot/ai');
  await user.click(await screen.findByRole('button', { name: 'Link a ticket' }));
  await user.click(await screen.findByRole('button', { name: /48214/ }));
  const linked = () => pilot.calls.find(({ path }) => path.endsWith('/ticket'));
  await waitFor(() => expect(linked()?.body).toEqual({ psa_ticket_id: '48214' }));
  pilot.moveOn({ psa_ticket_id: '48214' });
  await queryClient.refetchQueries({ queryKey: ['pilot', 'one'] });
  const evidence = await screen.findByRole('complementary', { name: 'Evidence' });
  expect(await within(evidence).findByText('CONTOSO-FD01')).toBeInTheDocument();
  expect(await within(evidence).findByText('Confirmed')).toBeInTheDocument();
  // And in a word beside the ticket's number.
  expect(screen.getAllByText('Confirmed')).toHaveLength(2);
});
