import { QueryClientProvider } from '@tanstack/react-query';
import { render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { ReactNode } from 'react';
import { createMemoryRouter, RouterProvider } from 'react-router';
import { beforeAll, beforeEach, expect, it, vi } from 'vitest';

import { useAuth } from '@/shared/api/auth-session';
import { queryClient } from '@/shared/api/query-client';
import { makeContext, makePush, makeTicket, PsaServer } from '@/testing/psa-server';

import { PushPanel } from './push-status';
import { TicketPanel } from './ticket-panel';
import TicketPicker from './ticket-picker';

// What the page fetches when it is wanted is read from the disk before, and not against the clock of a test.
beforeAll(async () => {
  await import('./push-dialog');
});

beforeEach(() => {
  queryClient.clear();
  queryClient.setDefaultOptions({ queries: { retry: false } });
  useAuth.setState({ status: 'signed_in', token: 't', user: { id: 'user', role: 'engineer' } as never });
});

function show(element: ReactNode) {
  const router = createMemoryRouter([{ path: '/', element }]);
  return render(
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>,
  );
}

function pick(mode: 'start' | 'link' = 'start') {
  const taken = { ticket: vi.fn<(id: string) => void>(), number: vi.fn<(id: string) => void>() };
  show(
    <TicketPicker
      mode={mode}
      onPick={({ id }) => taken.ticket(id)}
      onNumber={taken.number}
      onClose={() => undefined}
    />,
  );
  return taken;
}

const SESSION = { id: 'ai', kind: 'ai' as const };

it('finds a ticket by keyboard alone', async () => {
  const server = new PsaServer();
  const user = userEvent.setup();
  const taken = pick();
  const search = await screen.findByRole('searchbox', { name: 'Search tickets' });
  expect(search).toHaveFocus();
  await screen.findByRole('button', { name: /48213/ });
  await user.keyboard('{ArrowDown}{ArrowDown}');
  expect(screen.getByRole('button', { name: /48214/ })).toHaveFocus();
  await user.keyboard('{ArrowUp}{ArrowUp}');
  expect(search).toHaveFocus();
  await user.keyboard('#48214');
  await waitFor(() => expect(screen.queryByRole('button', { name: /48213/ })).toBeNull());
  await user.keyboard('{Enter}');
  expect(taken.ticket).toHaveBeenCalledExactlyOnceWith('48214');
  expect(server.calls.at(-1)?.query.get('q')).toBe('48214');
});

it('takes nothing on Enter while the search is still another', async () => {
  const server = new PsaServer();
  server.tickets = [makeTicket()];
  const user = userEvent.setup();
  const taken = pick();
  await screen.findByRole('button', { name: /48213/ });
  await user.keyboard('vpn{Enter}');
  expect(taken.ticket).not.toHaveBeenCalled();
});

it('says that nothing matches, and goes back to all of them', async () => {
  new PsaServer();
  const user = userEvent.setup();
  pick();
  await screen.findByRole('list', { name: 'Tickets' });
  await user.keyboard('zebra');
  await user.click(await screen.findByRole('button', { name: 'Clear the search' }));
  expect(await screen.findByRole('button', { name: /48213/ })).toBeInTheDocument();
});

it.each([
  [409, 'psa_not_connected', 'No PSA is connected', false],
  [503, 'psa_unavailable', 'The PSA did not answer', true],
  [503, 'psa_rate_limited', 'The PSA is busy', true],
  [422, 'psa_credentials_refused', 'The PSA does not let us in', true],
] as const)('goes on with the number alone after %i %s', async (status, code, title, again) => {
  const server = new PsaServer();
  server.refuse['GET /tickets'] = { status, code, detail: 'As it says.' };
  const user = userEvent.setup();
  const taken = pick('link');
  expect(await screen.findByText(title)).toBeInTheDocument();
  expect(screen.queryByRole('button', { name: 'Try again' }) !== null).toBe(again);
  // Only who may change it is sent there.
  expect(screen.queryByRole('link', { name: 'Open the integrations' })).toBeNull();
  await user.keyboard('#T-77');
  await user.click(await screen.findByRole('button', { name: 'Use #T-77 as it is' }));
  expect(taken.number).toHaveBeenCalledExactlyOnceWith('T-77');
});

it('shows who and what a ticket is about, and text from outside as text', async () => {
  new PsaServer();
  const user = userEvent.setup();
  const { container } = show(<TicketPanel ticketId="48213" />);
  expect(await screen.findByText('CONTOSO-FD01')).toBeInTheDocument();
  expect(screen.getByText('jamie@contoso.example')).toBeInTheDocument();
  await user.click(screen.getByText('1 recent note'));
  expect(screen.getByText('Jobs stay in the <b>queue</b>.')).toBeInTheDocument();
  expect(container.querySelector('b')).toBeNull();
});

it('leaves the ticket out where nothing is connected, and says why where it did not load', async () => {
  const server = new PsaServer();
  server.refuse['GET /tickets/1'] = { status: 409, code: 'psa_not_connected', detail: 'x' };
  server.refuse['GET /tickets/2'] = { status: 503, code: 'psa_unavailable', detail: 'It timed out.' };
  show(
    <>
      <TicketPanel ticketId="1" />
      <TicketPanel ticketId="2" />
    </>,
  );
  expect(await screen.findByText(/It timed out. The session goes on without it/)).toBeInTheDocument();
  await waitFor(() => expect(screen.getAllByRole('heading', { name: 'Ticket' })).toHaveLength(1));
  server.refuse = {};
  server.context = makeContext({ ticket: makeTicket({ id: '2', closed: true }) });
  await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
  expect(await screen.findByText(/The ticket is closed/)).toBeInTheDocument();
});

it('posts what the preview showed, with the time as somebody put it right', async () => {
  const server = new PsaServer();
  server.preview.warnings = ['You are nobody in the PSA; the API member writes it.'];
  const user = userEvent.setup();
  show(<PushPanel session={SESSION} ticketId="48213" mayPush hasEnded />);
  await user.click(await screen.findByRole('button', { name: /Preview and post/ }));
  const dialog = await screen.findByRole('dialog', { name: 'Post to the ticket' });
  expect(await within(dialog).findByText('Resolved: the spooler was restarted.')).toBeInTheDocument();
  expect(within(dialog).getByText('Only your team reads it.')).toBeInTheDocument();
  expect(within(dialog).getByText(/the API member writes it/)).toBeInTheDocument();
  const time = within(dialog).getByLabelText('Time to charge');
  expect(time).toHaveValue('0:30');
  await user.clear(time);
  await user.type(time, 'soon');
  await user.click(within(dialog).getByRole('button', { name: 'Post note and time' }));
  expect(time).toBeInvalid();
  expect(server.sent('POST', '/integrations/psa/pushes')).toEqual([]);
  await user.clear(time);
  await user.type(time, '1:15{Enter}');
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(server.sent('POST', '/integrations/psa/pushes')).toEqual([
    { session_id: 'ai', session_kind: 'ai', artefacts: ['note', 'time'], minutes: 75 },
  ]);
  const posted = await screen.findByRole('list', { name: 'Posted to the ticket' });
  await waitFor(() => expect(within(posted).getAllByText('Queued')).toHaveLength(2));
});

it('posts the note alone where no time is wanted', async () => {
  const server = new PsaServer();
  const user = userEvent.setup();
  show(<PushPanel session={SESSION} ticketId="48213" mayPush hasEnded />);
  await user.click(await screen.findByRole('button', { name: /Preview and post/ }));
  await user.click(await screen.findByRole('checkbox', { name: 'Time entry' }));
  await user.click(screen.getByRole('button', { name: 'Post note' }));
  await waitFor(() =>
    expect(server.sent('POST', '/integrations/psa/pushes')).toEqual([
      { session_id: 'ai', session_kind: 'ai', artefacts: ['note'] },
    ]),
  );
});

it('shows what would be posted while the work goes on, and posts nothing', async () => {
  const server = new PsaServer();
  const user = userEvent.setup();
  show(<PushPanel session={SESSION} ticketId="48213" mayPush hasEnded={false} />);
  await user.click(await screen.findByRole('button', { name: 'Preview…' }));
  const dialog = await screen.findByRole('dialog', { name: 'For the ticket' });
  expect(await within(dialog).findByText('Resolved: the spooler was restarted.')).toBeInTheDocument();
  expect(within(dialog).queryByRole('checkbox')).toBeNull();
  await user.click(within(dialog).getByText('Close', { selector: 'button' }));
  expect(screen.queryByRole('dialog')).toBeNull();
  expect(server.sent('POST', '/integrations/psa/pushes')).toEqual([]);
});

it('offers no second note where one is there already', async () => {
  const server = new PsaServer();
  server.pushes = [makePush({ state: 'confirmed' })];
  const user = userEvent.setup();
  show(<PushPanel session={SESSION} ticketId="48213" mayPush hasEnded />);
  await user.click(await screen.findByRole('button', { name: /Preview and post/ }));
  const dialog = await screen.findByRole('dialog', { name: 'Post to the ticket' });
  expect(await within(dialog).findByText('there already, or on its way')).toBeInTheDocument();
  await user.click(within(dialog).getByRole('button', { name: 'Post time' }));
  await waitFor(() =>
    expect(server.sent('POST', '/integrations/psa/pushes')).toEqual([
      { session_id: 'ai', session_kind: 'ai', artefacts: ['time'], minutes: 30 },
    ]),
  );
});

it('says why a push needs somebody, and sends it again', async () => {
  const server = new PsaServer();
  server.pushes = [makePush({ state: 'needs_review', last_error: 'The ticket was deleted.' })];
  const user = userEvent.setup();
  show(<PushPanel session={SESSION} ticketId="48213" mayPush={false} hasEnded />);
  expect(await screen.findByText('The ticket was deleted.')).toBeInTheDocument();
  expect(screen.queryByRole('button', { name: /Preview and post/ })).toBeNull();
  await user.click(screen.getByRole('button', { name: /Try again/ }));
  expect(await screen.findByText('Queued')).toBeInTheDocument();
});
