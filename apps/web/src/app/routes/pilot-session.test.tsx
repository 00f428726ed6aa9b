import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

import { useSeen } from '@/features/handoff/model/seen';
import * as area from '@/features/pilot/pilot-area';
import { useLive } from '@/shared/realtime/live';
import { ASSESSED, HandoffServer, makeHandoff } from '@/testing/handoff-server';
import { makeAiSession, makeFix } from '@/testing/pilot-server';
import { renderRoutes, signInForTest } from '@/testing/render';

import LiveUpdates from '../shell/live-updates';
import * as page from './pilot-session';

const toasts = vi.hoisted(() => vi.fn<(kind: string, message: string) => void>());
vi.mock('@/shared/ui/toast', () => ({ notify: toasts }));

// What the page fetches when it is wanted is read from the disk before, and not against the clock of a test.
beforeAll(async () => {
  await import('@/features/handoff/components/escalate-dialog');
  await import('@/features/handoff/components/briefing');
  await import('@/features/handoff/components/step-chips');
  await import('@/features/pilot/components/outcome-dialog');
});

beforeEach(() => {
  signInForTest();
  toasts.mockReset();
  useSeen.setState({ ids: [] });
  useLive.setState({ status: 'connecting' });
  vi.stubGlobal(
    'IntersectionObserver',
    class {
      observe() {}
      unobserve() {}
      disconnect() {}
    },
  );
  Element.prototype.scrollIntoView = () => undefined;
});

function open(at = '/pilot/ai') {
  return renderRoutes(
    [
      {
        path: '/pilot',
        element: (
          <>
            <LiveUpdates userId="user" />
            <area.Component />
          </>
        ),
        children: [{ path: ':sessionId', Component: page.Component }],
      },
      { path: '/escalations', element: <h1>The queue</h1> },
    ],
    at,
  );
}

describe('handing over', () => {
  const reason = () => screen.findByRole('textbox', { name: 'Why it needs somebody else' });
  const ready = () => waitFor(() => expect(document.getElementById('step-title')).not.toBeNull());

  it('takes a reason by Enter, a new line by Shift+Enter, and stands as escalated at once', async () => {
    const server = new HandoffServer();
    const user = userEvent.setup();
    open();
    await ready();
    await user.keyboard('h');
    const field = await reason();
    expect(field).toHaveFocus();
    await user.keyboard('{Enter}');
    expect(screen.getByText('Say in a sentence why you hand it over.')).toBeInTheDocument();
    let answer = () => {};
    server.held = new Promise((resolve) => {
      answer = resolve;
    });
    await user.keyboard('No rights{Shift>}{Enter}{/Shift}on the server{Enter}');
    expect(await screen.findByText('Handed over')).toBeInTheDocument();
    expect(server.session.status).toBe('active');
    expect(toasts).not.toHaveBeenCalled();
    answer();
    await waitFor(() => expect(toasts).toHaveBeenCalled());
    expect(server.sent('POST', '/handoff').map(({ body }) => body)).toEqual([
      { intent: 'escalate', reason: 'No rights\non the server' },
    ]);
    expect(toasts).toHaveBeenCalledWith('success', 'It is escalated to the team.');
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it('parks without a target, and escalates to somebody who can take it', async () => {
    const server = new HandoffServer();
    const user = userEvent.setup();
    open();
    await ready();
    await user.click(screen.getByRole('button', { name: /Escalate/ }));
    const target = await screen.findByLabelText(/For somebody in particular/);
    await waitFor(() => expect(target).toHaveTextContent('Sam Ortiz'));
    expect(target).not.toHaveTextContent('Vic Lindqvist');
    expect(target).not.toHaveTextContent('Eli Navarro');
    await user.selectOptions(target, 'Sam Ortiz');
    await user.type(await reason(), 'Tomorrow');
    await user.click(screen.getByRole('radio', { name: 'Park' }));
    expect(screen.queryByLabelText(/For somebody/)).toBeNull();
    await user.click(screen.getByRole('button', { name: 'Park it' }));
    await waitFor(() => expect(server.sent('POST', '/handoff')).toHaveLength(1));
    expect(server.sent('POST', '/handoff')[0]?.body).toEqual({ intent: 'park', reason: 'Tomorrow' });
  });

  it('says what the receiver will ask and never stands in the way', async () => {
    const server = new HandoffServer();
    server.quality = {
      score: 50,
      asks: [
        { key: 'scope', question: 'Is it one printer or all of them?', answered: true },
        { key: 'since', question: 'Since when?', answered: false },
      ],
    };
    const user = userEvent.setup();
    open();
    await ready();
    await user.keyboard('h');
    const gate = await screen.findByRole('region', { name: 'What the receiver will ask' });
    expect(gate).toHaveTextContent('1 of 2 answered');
    expect(gate).toHaveTextContent('Since when? (open)');
    await user.type(await reason(), 'Help{Enter}');
    await waitFor(() => expect(server.sent('POST', '/handoff')).toHaveLength(1));
  });

  it.each([
    [null, '48213', 'Escalate'],
    [{ connected: false, push_on_escalate: false }, '48213', 'Escalate'],
    [{ connected: true, push_on_escalate: true }, null, 'Escalate'],
    [{ connected: true, push_on_escalate: false }, '48213', 'Escalate'],
    [{ connected: true, push_on_escalate: true }, '48213', 'Escalate and update the ticket'],
  ])('with %o and ticket %s its button reads %s', async (psa, ticket, text) => {
    const server = new HandoffServer([], makeAiSession({ psa_ticket_id: ticket }));
    server.psa = psa;
    const user = userEvent.setup();
    open();
    await ready();
    await user.keyboard('h');
    const form = within(await screen.findByRole('form', { name: 'Hand the session over' }));
    await waitFor(() => expect(server.asked('/integrations/psa')).toBe(1));
    expect(await form.findByRole('button', { name: text })).toBeInTheDocument();
  });

  it('keeps the reason, and how the session stands, when it does not go', async () => {
    const server = new HandoffServer();
    const user = userEvent.setup();
    const view = open();
    await ready();
    await user.keyboard('h');
    await user.type(await reason(), 'No rights');
    server.down = true;
    await user.keyboard('{Enter}');
    expect(await screen.findByRole('alert')).toHaveTextContent('Not handed over yet: no connection');
    expect(await reason()).toHaveValue('No rights');
    expect(screen.queryByText('Handed over')).toBeNull();
    await ready();
    server.down = false;
    view.unmount();
    signInForTest();
    open();
    await ready();
    await user.keyboard('h');
    expect(await reason()).toHaveValue('No rights');
  });

  it.each(['verifying', 'applied_partial', 'applied_pending'] as const)(
    'asks for the outcome of a fix that is %s first',
    async (status) => {
      const server = new HandoffServer([], makeAiSession({ fixes: [makeFix({ status })] }));
      const user = userEvent.setup();
      open();
      await ready();
      await user.keyboard('h');
      const dialog = await screen.findByRole('dialog', {
        name: '“Replace the driver” still needs an outcome',
      });
      await user.click(within(dialog).getByRole('button', { name: 'Didn’t work' }));
      expect(await reason()).toBeInTheDocument();
      expect(server.sent('PATCH', '/fixes/fix-1').map(({ body }) => body)).toEqual([
        { status: 'applied_failed' },
      ]);
    },
  );

  it('hands over with an open fix where nobody knows, and not at all where it worked', async () => {
    new HandoffServer([], makeAiSession({ fixes: [makeFix()] }));
    const user = userEvent.setup();
    open();
    await ready();
    await user.keyboard('h');
    await user.click(await screen.findByRole('button', { name: 'Hand over without it' }));
    await reason();
    await user.click(screen.getByRole('button', { name: 'Keep working' }));
    await user.click(screen.getByRole('button', { name: /^Escalate/ }));
    const dialog = await screen.findByRole('dialog', { name: /still needs an outcome/ });
    await user.click(within(dialog).getByRole('button', { name: 'Worked' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  });

  it('asks nothing of a fix nobody has tried', async () => {
    new HandoffServer([], makeAiSession({ fixes: [makeFix({ status: 'proposed' })] }));
    const user = userEvent.setup();
    open();
    await ready();
    await user.keyboard('h');
    expect(await reason()).toBeInTheDocument();
  });
});

describe('taking over', () => {
  const PICKUP = '/pilot/ai?pickup=true';
  const IN_TRANSIT = makeAiSession({ status: 'escalated', can_work: false, user_id: 'jane' });
  const start = () => screen.findByRole('button', { name: /Start here/ });

  it('leads with the reason, what was tried with its results, and what was seen', async () => {
    const fix = { id: 'fix-1', title: 'Replace the driver', awaiting: 'the restart tonight', due_at: null };
    new HandoffServer([makeHandoff({ snapshot: { pending_fix: fix } })], IN_TRANSIT);
    open(PICKUP);
    expect(
      await screen.findByRole('heading', { level: 1, name: 'The printer at the front desk does not print' }),
    ).toBeInTheDocument();
    const why = screen.getByRole('region', { name: 'Why Jane Doe hands it over' });
    expect(why).toHaveTextContent('Every queue is stuck');
    const tried = within(screen.getByRole('region', { name: 'What was tried' })).getAllByRole('listitem');
    expect(tried.map((item) => item.textContent)).toEqual([
      'Restart the print spoolerIt stops again.Didn’t work',
      'Does another program print?Answered',
    ]);
    expect(screen.getByRole('region', { name: 'What was seen' })).toHaveTextContent('0x00000709');
    expect(
      screen.getByText(/“Replace the driver” was applied. Awaiting: the restart tonight/),
    ).toBeInTheDocument();
    expect(useSeen.getState().ids).toEqual(['handoff-1']);
  });

  it('shows the assessment the moment the stream says it is there', async () => {
    const server = new HandoffServer([makeHandoff()], IN_TRANSIT);
    open(PICKUP);
    expect(await screen.findByText('AI assessment is still generating...')).toBeInTheDocument();
    await waitFor(() => expect(useLive.getState().status).toBe('open'));
    server.change('handoff-1', ASSESSED);
    act(() => server.tell('handoff_assessment_ready', { handoff_id: 'handoff-1', session_id: 'ai' }));
    const panel = screen.getByRole('region', { name: 'What is likely' });
    await waitFor(() => expect(panel).toHaveTextContent('A broken printer driver'));
    expect(panel).toHaveTextContent('For it: The spooler stops again');
    expect(panel).toHaveTextContent('Against it: Another program prints');
    expect(panel).toHaveTextContent('Remove the newest driver');
    expect(screen.queryByText(/still generating/)).toBeNull();
  });

  it('says honestly that there will be no assessment', async () => {
    new HandoffServer([makeHandoff({ assessment_status: 'unavailable' })], IN_TRANSIT);
    open(PICKUP);
    expect(
      await screen.findByText("Assessment unavailable - model didn't respond in time"),
    ).toBeInTheDocument();
  });

  it('looks again after the stream was broken, or left something out', async () => {
    const server = new HandoffServer([makeHandoff()], IN_TRANSIT);
    open(PICKUP);
    await screen.findByText('AI assessment is still generating...');
    await waitFor(() => expect(useLive.getState().status).toBe('open'));
    server.change('handoff-1', ASSESSED);
    act(() => server.tell('resync'));
    expect(await screen.findByText('A broken printer driver')).toBeInTheDocument();
  });

  it.each(['continue', 'fresh'] as const)(
    'claims, goes on by "%s", and opens the conversation',
    async (mode) => {
      const server = new HandoffServer([makeHandoff(ASSESSED)], IN_TRANSIT);
      const user = userEvent.setup();
      const { router } = open(PICKUP);
      await start();
      const listed = server.asked('/ai-sessions');
      if (mode === 'fresh') await user.click(screen.getByRole('radio', { name: 'Start fresh' }));
      (await start()).focus();
      await user.keyboard('s');
      await waitFor(() => expect(document.getElementById('step-title')).not.toBeNull());
      expect(router.state.location).toMatchObject({ pathname: '/pilot/ai', search: '' });
      expect(server.sent('POST', '/claim')).toHaveLength(1);
      expect(server.sent('POST', '/pickup').map(({ body }) => body)).toEqual([{ mode }]);
      await waitFor(() => expect(server.asked('/ai-sessions')).toBeGreaterThan(listed));
    },
  );

  it('names the winner to whoever was too late, and brings them back to the queue', async () => {
    const server = new HandoffServer([makeHandoff()], IN_TRANSIT);
    const user = userEvent.setup();
    const { router } = open(PICKUP);
    const button = await start();
    server.winner = {
      winner_id: 'sam',
      winner_name: 'Sam Ortiz',
      claimed_at: new Date(Date.now() - 120_000).toISOString(),
    };
    await user.click(button);
    expect(await screen.findByRole('heading', { name: 'The queue' })).toBeInTheDocument();
    expect(toasts).toHaveBeenCalledExactlyOnceWith('error', 'Already claimed by Sam Ortiz 2 minutes ago.');
    expect(router.state.location.search).toBe('');
    expect(server.sent('POST', '/pickup')).toEqual([]);
  });

  it('shows on an open screen that somebody else has taken it', async () => {
    const server = new HandoffServer([makeHandoff()], IN_TRANSIT);
    open(PICKUP);
    await start();
    await waitFor(() => expect(useLive.getState().status).toBe('open'));
    server.change('handoff-1', {
      status: 'claimed',
      claimed_by: 'sam',
      claimed_by_name: 'Sam Ortiz',
      claimed_at: new Date().toISOString(),
    });
    act(() => server.tell('handoff_claimed', { handoff_id: 'handoff-1', session_id: 'ai' }));
    expect(await screen.findByText('Sam Ortiz has it')).toBeInTheDocument();
    expect(screen.queryByRole('button', { name: /Start here/ })).toBeNull();
  });

  it('is not picked up by whoever handed it over, who says whom it is for or takes it back', async () => {
    const server = new HandoffServer([makeHandoff({ created_by: 'user' })], IN_TRANSIT);
    const user = userEvent.setup();
    const { router } = open(PICKUP);
    await user.selectOptions(
      await screen.findByLabelText('It waits for'),
      await screen.findByText('Sam Ortiz'),
    );
    await waitFor(() =>
      expect(server.sent('POST', '/assign').map(({ body }) => body)).toEqual([{ user_id: 'sam' }]),
    );
    expect(screen.queryByRole('button', { name: /Start here/ })).toBeNull();
    await user.keyboard('s');
    expect(server.sent('POST', '/claim')).toEqual([]);
    await user.click(screen.getByRole('button', { name: 'Take it back' }));
    await waitFor(() => expect(router.state.location).toMatchObject({ pathname: '/pilot/ai', search: '' }));
    expect(server.sent('POST', '/release')).toHaveLength(1);
  });

  it('is read again by whoever has it, and put back', async () => {
    const taken = makeHandoff({ status: 'claimed', claimed_by: 'user', claimed_by_name: 'Eli Navarro' });
    const server = new HandoffServer([taken], makeAiSession({ escalated_to_id: 'user' }));
    const user = userEvent.setup();
    open();
    await user.click(await screen.findByRole('link', { name: 'Briefing' }));
    expect(await screen.findByRole('region', { name: 'It is yours' })).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Put it back' }));
    expect(await screen.findByRole('heading', { name: 'The queue' })).toBeInTheDocument();
    expect(server.sent('POST', '/release')).toHaveLength(1);
  });

  it.each([
    ['was only parked', makeHandoff({ intent: 'park' })],
    ['has nothing handed over', null],
  ])('goes on to the conversation of a session that %s', async (_, handoff) => {
    new HandoffServer(handoff === null ? [] : [handoff]);
    const { router } = open(PICKUP);
    await waitFor(() => expect(document.getElementById('step-title')).not.toBeNull());
    expect(router.state.location.search).toBe('');
  });

  it('proposes the next steps below the composer until one is sent or nobody wants them', async () => {
    const taken = makeHandoff({ ...ASSESSED, status: 'claimed', claimed_by: 'user' });
    const session = makeAiSession({ escalated_to_id: 'user', user_id: 'jane' });
    const server = new HandoffServer([taken], session);
    const user = userEvent.setup();
    const view = open();
    await user.click(await screen.findByText('Remove the newest driver'));
    const field = screen.getByRole('textbox', { name: 'Message' });
    expect(field).toHaveValue('Remove the newest driver');
    expect(field).toHaveFocus();
    await user.keyboard('{Enter}');
    await waitFor(() => expect(server.sent('POST', '/turns')).toHaveLength(1));
    await waitFor(() => expect(screen.queryByRole('region', { name: 'Suggested next steps' })).toBeNull());
    view.unmount();
    open();
    await screen.findByRole('textbox', { name: 'Message' });
    expect(screen.queryByRole('region', { name: 'Suggested next steps' })).toBeNull();

    sessionStorage.clear();
    signInForTest();
    view.unmount();
    open();
    const [hide] = await screen.findAllByRole('button', { name: 'Hide the suggested steps' });
    if (hide) await user.click(hide);
    await waitFor(() => expect(screen.queryByRole('region', { name: 'Suggested next steps' })).toBeNull());
  });
});
