import { QueryClientProvider } from '@tanstack/react-query';
import { cleanup, render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { ReactNode } from 'react';
import { createMemoryRouter, RouterProvider } from 'react-router';
import { beforeAll, beforeEach, expect, it, vi } from 'vitest';

import { useAuth } from '@/shared/api/auth-session';
import { queryClient } from '@/shared/api/query-client';
import type { TicketSnapshot } from '@/shared/api/types';
import { makeContext, makePush, makeTicket, makeTime, PsaServer } from '@/testing/psa-server';

import { PushPanel } from './push-status';
import { TicketPanel } from './ticket-panel';
import TicketPicker from './ticket-picker';
import { TimeLedger } from './time-ledger';

// What the page fetches when it is wanted is read from the disk before, and not against the clock of a test.
beforeAll(async () => {
  await import('./push-dialog');
});

beforeEach(() => {
  queryClient.clear();
  queryClient.setDefaultOptions({ queries: { retry: false } });
  const user = { id: 'user', role: 'engineer', account_id: 'northwind' };
  useAuth.setState({ status: 'signed_in', token: 't', user: user as never });
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

it('says why a ticket did not load, and loads it on demand', async () => {
  const server = new PsaServer();
  server.refuse['GET /tickets/2'] = { status: 503, code: 'psa_unavailable', detail: 'It timed out.' };
  show(<TicketPanel ticketId="2" />);
  expect(await screen.findByText(/It timed out. The session goes on without it/)).toBeInTheDocument();
  server.refuse = {};
  server.context = makeContext({ ticket: makeTicket({ id: '2', closed: true }) });
  await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
  expect(await screen.findByText(/The ticket is closed/)).toBeInTheDocument();
});

it('shows nothing of a ticket where no PSA is connected, and asks for none', async () => {
  const server = new PsaServer();
  server.connection = null;
  show(
    <>
      <TicketPanel ticketId="1" />
      <PushPanel session={SESSION} ticketId="1" mayPush hasEnded />
    </>,
  );
  await waitFor(() => expect(server.calls.map(({ path }) => path)).toContain('/integrations/psa'));
  await waitFor(() => expect(server.calls.map(({ path }) => path)).toContain('/integrations/psa/pushes'));
  expect(screen.queryByRole('heading')).toBeNull();
  expect(server.calls.filter(({ path }) => path.includes('/tickets'))).toEqual([]);
});

it('knows of the PSA whoever asks', async () => {
  const server = new PsaServer();
  server.managed = false;
  show(<TicketPanel ticketId="48213" />);
  expect(await screen.findByText('CONTOSO-FD01')).toBeInTheDocument();
});

it('says what others changed, and shows what was kept while the PSA does not answer', async () => {
  const server = new PsaServer();
  server.refuse['GET /tickets/48213'] = { status: 503, code: 'psa_unavailable', detail: 'It timed out.' };
  const at = '2026-11-23T14:00:00Z';
  const snapshot: TicketSnapshot = {
    fetched_at: at,
    ticket: {
      summary: 'Kept <b>summary</b>',
      closed: true,
      status: { name: 'Closed' },
      board: null,
      priority: null,
      company: { name: 'Contoso Dental' },
      contact: null,
    },
    warning: null,
    changes: [
      { at, kind: 'summary', now: 'Kept <b>summary</b>' },
      { at, kind: 'note', now: 'It works again' },
      { at, kind: 'note', now: 'Thank you' },
      { at, kind: 'closed', now: 'Closed' },
    ],
  };
  const { container } = show(<TicketPanel ticketId="48213" snapshot={snapshot} />);
  expect(await screen.findByText(/Changed in the PSA/)).toHaveTextContent(
    /summary is now “Kept <b>summary<\/b>”, it is closed, 2 new notes/,
  );
  expect(screen.getByText('Contoso Dental')).toBeInTheDocument();
  expect(await screen.findByText(/It timed out/)).toBeInTheDocument();
  expect(container.querySelector('b')).toBeNull();
});

it('tells a guided session what others changed, and shows what is kept where the PSA does not answer', async () => {
  const server = new PsaServer();
  const detail = 'The PSA timed out.';
  server.refuse['GET /tickets/48213'] = { status: 503, code: 'psa_unavailable', detail };
  const at = '2026-11-23T14:00:00Z';
  const named = { board: null, priority: null, company: null, contact: null };
  server.kept = {
    fetched_at: at,
    ticket: { summary: 'Kept summary', closed: false, status: { name: 'New' }, ...named },
    warning: null,
    changes: [{ at, kind: 'note', now: 'It works again' }],
  };
  show(<TicketPanel ticketId="48213" sessionId="guided" />);
  expect(await screen.findByText(/Changed in the PSA/)).toHaveTextContent(/1 new note/);
  expect(screen.getByText('Kept summary')).toBeInTheDocument();
});

it('narrows the tickets to a board', async () => {
  const server = new PsaServer();
  server.tickets = [makeTicket(), makeTicket({ id: '48300', board: 'Alerts' })];
  const user = userEvent.setup();
  pick();
  await user.selectOptions(await screen.findByLabelText('Board'), 'Alerts');
  await waitFor(() => expect(screen.queryByRole('button', { name: /48213/ })).toBeNull());
  expect(screen.getByRole('button', { name: /48300/ })).toBeInTheDocument();
});

it('posts the note that the preview showed, and no time that nobody asked for', async () => {
  const server = new PsaServer();
  const user = userEvent.setup();
  show(<PushPanel session={SESSION} ticketId="48213" mayPush hasEnded />);
  await user.click(await screen.findByRole('button', { name: /Preview and post/ }));
  const dialog = await screen.findByRole('dialog', { name: 'Post to the ticket' });
  expect(await within(dialog).findByText('Resolved: the spooler was restarted.')).toBeInTheDocument();
  expect(within(dialog).getByText('Only your team reads it.')).toBeInTheDocument();
  await user.click(within(dialog).getByRole('button', { name: 'Post note' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(server.sent('POST', '/integrations/psa/pushes')).toEqual([
    { session_id: 'ai', session_kind: 'ai', artefacts: ['note'] },
  ]);
});

it('posts time as somebody put it right, with the very text', async () => {
  const server = new PsaServer();
  server.preview.warnings = ['Eli is not mapped to a member of the PSA.'];
  const user = userEvent.setup();
  show(<PushPanel session={SESSION} ticketId="48213" mayPush hasEnded />);
  await user.click(await screen.findByRole('button', { name: /Preview and post/ }));
  const dialog = await screen.findByRole('dialog', { name: 'Post to the ticket' });
  await user.click(await within(dialog).findByRole('checkbox', { name: 'Time entry' }));
  expect(within(dialog).getByText('Time: the spooler was restarted.')).toBeInTheDocument();
  expect(within(dialog).getByText(/is not mapped to a member/)).toBeInTheDocument();
  await user.click(await within(dialog).findByRole('button', { name: 'Change the time…' }));
  const form = within(dialog).getByRole('form', { name: 'Change the time' });
  const time = within(form).getByLabelText('Time to charge');
  expect(time).toHaveValue('0:30');
  await user.clear(time);
  await user.type(time, 'soon');
  await user.click(within(form).getByRole('button', { name: 'Keep' }));
  expect(time).toBeInvalid();
  expect(server.sent('PUT', '/ai-sessions/ai/time')).toEqual([]);
  await user.clear(time);
  await user.type(time, '1:15');
  await user.selectOptions(within(form).getByLabelText('Billable'), 'Not billable');
  await user.selectOptions(within(form).getByLabelText('Work type'), 'On site');
  await user.type(within(form).getByLabelText('What was done'), 'Went there');
  await user.click(within(form).getByRole('button', { name: 'Keep' }));
  expect(await within(dialog).findByText('Went there')).toBeInTheDocument();
  expect(within(dialog).getByRole('list', { name: 'Time of this session' })).toHaveTextContent(
    '1:15worked 22 min, measured 0:30Not billablechanged, not posted yet',
  );
  expect(server.sent('PUT', '/ai-sessions/ai/time')).toEqual([
    { minutes: 75, billable: false, work_type: '7', note: 'Went there' },
  ]);
  await user.click(within(dialog).getByRole('button', { name: 'Post note and time' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(server.sent('POST', '/integrations/psa/pushes')).toEqual([
    { session_id: 'ai', session_kind: 'ai', artefacts: ['note', 'time'] },
  ]);
  const posted = await screen.findByRole('list', { name: 'Posted to the ticket' });
  await waitFor(() => expect(within(posted).getAllByText('Queued')).toHaveLength(2));
});

it('adds up what was posted and what will be, and changes nothing that was', async () => {
  const server = new PsaServer();
  server.time = [
    makeTime({ push_id: 'one', state: 'confirmed', fixed: true, minutes: 45, occasion: 'escalate' }),
    makeTime(),
  ];
  show(<TimeLedger session={SESSION} edits />);
  const entries = await screen.findByRole('list', { name: 'Time of this session' });
  expect(within(entries).getAllByRole('listitem')).toHaveLength(2);
  expect(within(entries).getByText('Confirmed')).toBeInTheDocument();
  expect(screen.getByText('1:15')).toBeInTheDocument();
  server.time = [makeTime({ push_id: 'one', state: 'sent', fixed: true })];
  cleanup();
  queryClient.clear();
  show(<TimeLedger session={SESSION} edits />);
  await screen.findByRole('list', { name: 'Time of this session' });
  expect(screen.queryByRole('button', { name: 'Change the time…' })).toBeNull();
});

it('asks how much to charge where nothing was measured, and finds no fault before it is said', async () => {
  const server = new PsaServer();
  server.time = [makeTime({ worked_seconds: 0, measured_minutes: 0, minutes: 0 })];
  const user = userEvent.setup();
  show(<TimeLedger session={SESSION} edits />);
  await user.click(await screen.findByRole('button', { name: 'Change the time…' }));
  const time = screen.getByLabelText('Time to charge');
  expect(time).toHaveValue('');
  expect(time).toBeValid();
  await user.type(time, '20');
  await user.click(screen.getByRole('button', { name: 'Keep' }));
  await waitFor(() => expect(server.sent('PUT', '/ai-sessions/ai/time')).toHaveLength(1));
  expect(server.sent('PUT', '/ai-sessions/ai/time')[0]).toMatchObject({ minutes: 20 });
});

it('posts the note where no time was measured, and says so', async () => {
  const server = new PsaServer();
  server.worked = false;
  const user = userEvent.setup();
  show(<PushPanel session={SESSION} ticketId="48213" mayPush hasEnded />);
  await user.click(await screen.findByRole('button', { name: /Preview and post/ }));
  expect(await screen.findByText(/No working time was measured/)).toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: 'Post note' }));
  await waitFor(() => expect(server.sent('POST', '/integrations/psa/pushes')).toHaveLength(1));
});

it('keeps what was chosen when time is said where none was measured', async () => {
  const server = new PsaServer();
  server.worked = false;
  server.time = [makeTime({ worked_seconds: 0, measured_minutes: 0, minutes: 0 })];
  const user = userEvent.setup();
  show(<PushPanel session={SESSION} ticketId="48213" mayPush hasEnded />);
  await user.click(await screen.findByRole('button', { name: /Preview and post/ }));
  await user.click(await screen.findByRole('checkbox', { name: 'Note' }));
  await user.click(await screen.findByRole('button', { name: 'Change the time…' }));
  await user.type(screen.getByLabelText('Time to charge'), '20');
  let composed = () => {};
  server.composing = new Promise((resolve) => {
    composed = resolve;
  });
  await user.click(screen.getByRole('button', { name: 'Keep' }));
  await waitFor(() => expect(server.sent('PUT', '/ai-sessions/ai/time')).toHaveLength(1));
  expect(await screen.findByText('changed, not posted yet')).toBeInTheDocument();
  composed();
  await user.click(await screen.findByRole('checkbox', { name: 'Time entry' }));
  expect(screen.getByRole('checkbox', { name: 'Note' })).not.toBeChecked();
  expect(await screen.findByText('Time: the spooler was restarted.')).toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: 'Post time' }));
  await waitFor(() =>
    expect(server.sent('POST', '/integrations/psa/pushes')).toEqual([
      { session_id: 'ai', session_kind: 'ai', artefacts: ['time'] },
    ]),
  );
});

it('says nothing of a work type that nobody chose', async () => {
  const server = new PsaServer();
  const user = userEvent.setup();
  show(<TimeLedger session={SESSION} edits />);
  await user.click(await screen.findByRole('button', { name: 'Change the time…' }));
  expect(await screen.findByLabelText('Work type')).toHaveDisplayValue('As the settings have it');
  const time = screen.getByLabelText('Time to charge');
  await user.clear(time);
  await user.type(time, '45');
  await user.click(screen.getByRole('button', { name: 'Keep' }));
  await waitFor(() =>
    expect(server.sent('PUT', '/ai-sessions/ai/time')).toEqual([
      { minutes: 45, billable: null, work_type: null, note: null },
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
  await user.click(within(dialog).getByRole('checkbox', { name: 'Time entry' }));
  await user.click(within(dialog).getByRole('button', { name: 'Post time' }));
  await waitFor(() =>
    expect(server.sent('POST', '/integrations/psa/pushes')).toEqual([
      { session_id: 'ai', session_kind: 'ai', artefacts: ['time'] },
    ]),
  );
});

it('says why a push needs somebody, and sends it again', async () => {
  const server = new PsaServer();
  server.pushes = [
    makePush({
      state: 'needs_review',
      last_error: 'The ticket was deleted.',
      what_to_do: 'Copy it into the right ticket.',
      warnings: ['The API member wrote it.'],
    }),
  ];
  const user = userEvent.setup();
  show(<PushPanel session={SESSION} ticketId="48213" mayPush={false} hasEnded />);
  expect(await screen.findByText('The ticket was deleted.')).toBeInTheDocument();
  expect(screen.getByText('Copy it into the right ticket.')).toBeInTheDocument();
  expect(screen.getByText('The API member wrote it.')).toBeInTheDocument();
  expect(screen.queryByRole('button', { name: /Preview and post/ })).toBeNull();
  await user.click(screen.getByRole('button', { name: /Try again/ }));
  expect(await screen.findByText('Queued')).toBeInTheDocument();
});
