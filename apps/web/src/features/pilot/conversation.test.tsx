import { QueryClientProvider } from '@tanstack/react-query';
import { act, render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useEffect } from 'react';
import { createMemoryRouter, Outlet, RouterProvider, useParams } from 'react-router';
import { beforeEach, expect, it, vi } from 'vitest';

import { listenForKeys } from '@/shared/actions/registry';
import { useAuth } from '@/shared/api/auth-session';
import { queryClient } from '@/shared/api/query-client';
import { setPreference } from '@/shared/lib/preferences';
import { Sight } from '@/testing/page';
import { makeAiSession, makeFix, makeStep, PilotServer } from '@/testing/pilot-server';

import * as area from './pilot-area';
import { SessionPage } from './session-page';
import * as start from './start-page';

let sight: Sight;
const scrolled = vi.fn<() => void>();

beforeEach(() => {
  queryClient.clear();
  queryClient.setDefaultOptions({ queries: { retry: false } });
  setPreference({ shortcuts: true });
  useAuth.setState({ status: 'signed_in', token: 't', user: { id: 'user', role: 'engineer' } as never });
  sight = new Sight();
  scrolled.mockReset();
  Element.prototype.scrollIntoView = scrolled;
});

function Shell() {
  useEffect(listenForKeys, []);
  return <Outlet />;
}

function Page() {
  return <SessionPage sessionId={useParams().sessionId ?? ''} />;
}

function open(path = '/pilot/ai') {
  const router = createMemoryRouter(
    [
      {
        Component: Shell,
        children: [
          {
            path: '/pilot',
            Component: area.Component,
            children: [
              { index: true, Component: start.Component },
              { path: ':sessionId', Component: Page },
            ],
          },
          { path: '/pilot/:sessionId/document', element: <h1>The note</h1> },
        ],
      },
    ],
    { initialEntries: [path] },
  );
  return render(
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>,
  );
}

const SECOND = makeStep({
  id: 'step-2',
  step_order: 2,
  kind: 'question',
  title: 'Does another program print?',
  options: [
    { id: 'yes', label: 'Yes' },
    { id: 'no', label: 'No' },
  ],
});

const stepTitle = async (text: string) =>
  waitFor(() => expect(document.getElementById('step-title')).toHaveTextContent(text));
const message = () => screen.getByRole('textbox', { name: 'Message' });

it('starts with what was pasted, and keeps a log beside it', async () => {
  const server = new PilotServer();
  const user = userEvent.setup();
  open('/pilot');
  const field = await screen.findByRole('textbox', { name: 'The problem' });
  await user.type(field, 'Nothing prints');
  await user.paste(Array.from({ length: 20 }, (_, i) => `line ${i} 0x00000709`).join('\n'));
  expect(field).toHaveValue('Nothing prints');
  expect(screen.getByRole('region', { name: 'Attached log' })).toHaveTextContent('20 lines');
  await user.type(screen.getByLabelText(/Ticket number/), '#48213');
  await user.click(field);
  await user.keyboard('{Enter}');
  await stepTitle('Restart the print spooler');
  const sent = server.calls.find(({ method, path }) => method === 'POST' && path === '/ai-sessions')?.body;
  expect(sent).toMatchObject({ intake_content: { text: 'Nothing prints' }, psa_ticket_id: '48213' });
  expect(JSON.stringify(sent)).toContain('line 19');
});

it('asks for something to go by, and keeps what was typed when the start fails', async () => {
  const server = new PilotServer();
  const user = userEvent.setup();
  open('/pilot');
  const field = await screen.findByRole('textbox', { name: 'The problem' });
  await user.type(field, '{Enter}');
  expect(screen.getByText(/Say in a few words/)).toBeInTheDocument();
  server.down = true;
  await user.type(field, 'Nothing prints{Enter}');
  expect(await screen.findByRole('alert')).toHaveTextContent('Not started: no connection');
  expect(field).toHaveValue('Nothing prints');
});

it('walks by keyboard: a verdict, then an answer, each once however often the key is pressed', async () => {
  const server = new PilotServer(makeAiSession(), [
    SECOND,
    makeStep({ id: 'step-3', title: 'Add the port' }),
  ]);
  const user = userEvent.setup();
  open();
  await stepTitle('Restart the print spooler');
  expect(screen.getByText(/From/)).toHaveTextContent('From Printer does not print, step spooler');
  await user.keyboard('dd');
  await stepTitle('Does another program print?');
  expect(document.getElementById('step-title')).toHaveFocus();
  await user.keyboard('2');
  await stepTitle('Add the port');
  expect(server.turns.map((turn) => [turn.kind, turn.kind === 'verdict' && turn.verdict])).toEqual([
    ['verdict', 'did_not_work'],
    ['verdict', 'answered'],
  ]);
  const past = within(screen.getByRole('list', { name: 'Conversation' }));
  expect(past.getByText('Didn’t work')).toBeInTheDocument();
  expect(past.getByText('No')).toBeInTheDocument();
});

it('wants a reason for what does not apply, and sends what was seen with it', async () => {
  const server = new PilotServer(makeAiSession(), [SECOND]);
  const user = userEvent.setup();
  open();
  await stepTitle('Restart the print spooler');
  await user.type(screen.getByLabelText(/What you saw/), 'No spooler here{Escape}n');
  await user.keyboard('{Enter}');
  expect(screen.getByText('A step that does not apply needs its reason.')).toBeInTheDocument();
  await user.keyboard('It is a Mac{Enter}');
  await stepTitle('Does another program print?');
  expect(server.turns[0]).toMatchObject({
    verdict: 'not_applicable',
    reason: 'It is a Mac',
    notes: 'No spooler here',
  });
});

it('leaves letters to whoever writes, and to whoever switched the keys off', async () => {
  const server = new PilotServer();
  const user = userEvent.setup();
  open();
  await stepTitle('Restart the print spooler');
  await user.type(message(), 'wdc1');
  expect(message()).toHaveValue('wdc1');
  await user.keyboard('{Escape}');
  setPreference({ shortcuts: false });
  await user.keyboard('w');
  expect(server.turns).toEqual([]);
});

it('keeps a message that did not go, and sends it once although its answer was lost', async () => {
  const server = new PilotServer();
  const user = userEvent.setup();
  open();
  await stepTitle('Restart the print spooler');
  server.loseAnswers = true;
  await user.type(message(), 'It hums{Shift>}{Enter}{/Shift}and blinks{Enter}');
  expect(await screen.findByRole('alert')).toHaveTextContent('Not sent: no connection');
  expect(message()).toHaveValue('It hums\nand blinks');
  server.loseAnswers = false;
  await user.type(message(), '{Enter}');
  await waitFor(() => expect(message()).toHaveValue(''));
  expect(server.turns).toHaveLength(1);
  expect(screen.getAllByText(/It hums/)).toHaveLength(1);
  expect(screen.queryByRole('alert')).toBeNull();
});

it('has what was typed after a reload, each conversation its own', async () => {
  new PilotServer();
  const user = userEvent.setup();
  const first = open();
  await stepTitle('Restart the print spooler');
  await user.type(message(), 'Half a thou');
  first.unmount();
  open();
  await waitFor(() => expect(message()).toHaveValue('Half a thou'));
});

it('shows where the session is when another tab went on, and keeps the text', async () => {
  const server = new PilotServer();
  const user = userEvent.setup();
  open();
  await stepTitle('Restart the print spooler');
  server.moveOn({ steps: [makeStep({ withdrawn: true }), SECOND] });
  await user.type(message(), 'The old tab{Enter}');
  expect(await screen.findByRole('alert')).toHaveTextContent('The session moved on meanwhile');
  await stepTitle('Does another program print?');
  expect(message()).toHaveValue('The old tab');
  await user.type(message(), '{Enter}');
  await waitFor(() => expect(server.turns).toHaveLength(1));
});

it('says that it is paused, also when another tab did it, and resumes', async () => {
  const server = new PilotServer();
  const user = userEvent.setup();
  open();
  await stepTitle('Restart the print spooler');
  server.session = { ...server.session, status: 'paused', revision: 2 };
  await user.keyboard('w');
  expect(await screen.findByText('This session is paused')).toBeInTheDocument();
  expect(screen.queryByRole('textbox', { name: 'Message' })).toBeNull();
  expect(document.getElementById('step-title')).toBeNull();
  const [resume] = screen.getAllByRole('button', { name: 'Resume' });
  if (resume) await user.click(resume);
  await stepTitle('Restart the print spooler');
});

it('parks a fix with a reason, and never without one', async () => {
  const server = new PilotServer(makeAiSession({ fixes: [makeFix()] }));
  const user = userEvent.setup();
  open();
  const banner = await screen.findByRole('region', { name: /Replace the driver/ });
  await user.click(within(banner).getByRole('button', { name: /More about/ }));
  await user.click(await screen.findByRole('menuitem', { name: 'Waiting to verify…' }));
  const form = await within(banner).findByRole('form', { name: 'Waiting to verify' });
  await user.click(within(form).getByRole('button', { name: 'Save' }));
  expect(within(form).getByText('Say what you are waiting for.')).toBeInTheDocument();
  await user.type(within(form).getByLabelText(/waiting for/), 'Restart tonight{Enter}');
  expect(await within(banner).findByText('Awaiting verification')).toBeInTheDocument();
  const sent = server.calls.find(({ method }) => method === 'PATCH');
  expect(sent).toMatchObject({ path: '/ai-sessions/ai/fixes/fix-1', body: { status: 'applied_pending' } });
  expect(within(banner).getByRole('button', { name: 'Update reason' })).toBeInTheDocument();
});

it('records a waiting fix as worked before it resolves, then asks for a rating', async () => {
  const waiting = makeFix({ status: 'applied_pending', pending_reason: 'Tonight' });
  const server = new PilotServer(makeAiSession({ fixes: [waiting] }));
  const user = userEvent.setup();
  open();
  await stepTitle('Restart the print spooler');
  await user.keyboard('f');
  const summary = await screen.findByLabelText('What was wrong, and what fixed it');
  expect(summary).toHaveFocus();
  expect(summary).toHaveValue(
    'Problem: The printer at the front desk does not print. Fixed by: Replace the driver.',
  );
  await user.type(summary, '{Enter}');
  expect(await screen.findByTestId('conclude-note')).toHaveTextContent('It does not print.');
  await user.click(await screen.findByRole('radio', { name: '4 of 5: Good' }));
  await user.click(screen.getByRole('button', { name: 'Rate' }));
  expect(await screen.findByRole('heading', { name: 'The note' })).toBeInTheDocument();
  const wanted = server.calls
    .filter(({ method }) => method !== 'GET')
    .map(({ path, body }) => [path, body['status']]);
  expect(wanted).toEqual([
    ['/ai-sessions/ai/fixes/fix-1', 'applied_success'],
    ['/ai-sessions/ai/resolve', undefined],
    ['/ai-sessions/ai/documentation', undefined],
    ['/ai-sessions/ai/rating', undefined],
  ]);
});

it('shows the list with its names, tickets and states', async () => {
  new PilotServer(makeAiSession({ status: 'escalated', can_work: false }));
  open();
  const list = await screen.findByRole('list', { name: 'Pilot sessions' });
  expect(list).toHaveTextContent('New Chat');
  expect(list).toHaveTextContent('#48213');
  expect(list).toHaveTextContent('Escalated');
  expect(await screen.findByText('Handed over')).toBeInTheDocument();
});

it('is closed to viewers, who ask the server nothing', async () => {
  const server = new PilotServer();
  useAuth.setState({ user: { id: 'user', role: 'viewer' } as never });
  open('/pilot');
  expect(await screen.findByText('You cannot open this')).toBeInTheDocument();
  expect(server.calls).toEqual([]);
});

it('never moves whoever reads further up, and brings them back when asked or when they act', async () => {
  const server = new PilotServer();
  const user = userEvent.setup();
  open();
  await stepTitle('Restart the print spooler');
  act(() => sight.tell(false));
  scrolled.mockReset();
  const news = {
    id: 'm2',
    role: 'copilot' as const,
    text: 'News',
    step_order: null,
    by: null,
    engine: null,
    at: '2026-11-23T15:00:00Z',
  };
  server.moveOn({ messages: [...server.session.messages, news] });
  await act(() => queryClient.refetchQueries({ queryKey: ['pilot', 'one'] }));
  expect(await screen.findByText('News')).toBeInTheDocument();
  expect(scrolled).not.toHaveBeenCalled();
  await user.click(screen.getByRole('button', { name: 'Jump to latest' }));
  expect(scrolled).toHaveBeenCalledTimes(1);
  act(() => sight.tell(false));
  await user.type(message(), 'Mine{Enter}');
  await screen.findByText('Mine');
  await waitFor(() => expect(scrolled.mock.calls.length).toBeGreaterThan(1));
  act(() => sight.tell(true));
  expect(screen.queryByRole('button', { name: 'Jump to latest' })).toBeNull();
});

it('shows what was met before while it is not sure, with how like it is and why', async () => {
  const server = new PilotServer(makeAiSession({ confidence_tier: 'exploring', confidence_score: 0.5 }));
  server.similar = [
    {
      kind: 'session',
      source_id: 'before',
      title: 'The label printer prints nothing',
      heading: 'What fixed it',
      excerpt: 'Restarted the spooler.',
      score: 0.62,
      why: 'Both speak of “printer” and “print”.',
    },
    {
      kind: 'flow',
      source_id: 'tree',
      title: 'Printer does not print',
      heading: 'Clear the queue',
      excerpt: 'Clear the queue\nDelete what is stuck.',
      score: 0.4,
      why: 'Both speak of “print”.',
    },
  ];
  open();
  await stepTitle('Restart the print spooler');
  await userEvent.setup().click(screen.getByRole('button', { name: /^Evidence/ }));
  const list = await screen.findByRole('list', { name: 'Seen before' });
  const before = within(list).getByRole('link', { name: /The label printer prints nothing/ });
  expect(before).toHaveAttribute('href', '/pilot/before');
  expect(list).toHaveTextContent('62 %');
  expect(list).toHaveTextContent('Both speak of “printer” and “print”.');
  expect(within(list).getByRole('link', { name: /Printer does not print/ })).toHaveAttribute(
    'href',
    '/flows/tree',
  );
  expect(list).toHaveTextContent('Clear the queueDelete what is stuck.');
});

it('asks for nothing of before where a flow is followed', async () => {
  const server = new PilotServer();
  open();
  await stepTitle('Restart the print spooler');
  await userEvent.setup().click(screen.getByRole('button', { name: /^Evidence/ }));
  expect(screen.getByRole('region', { name: 'Error codes' })).toBeInTheDocument();
  expect(server.calls.some(({ path }) => path.endsWith('/similar'))).toBe(false);
});
