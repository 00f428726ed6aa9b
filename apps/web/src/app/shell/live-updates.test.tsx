import { act, screen, waitFor } from '@testing-library/react';
import { beforeEach, expect, it, vi } from 'vitest';

import NavCount from '@/features/handoff/components/nav-count';
import Bell from '@/features/notifications/components/bell';
import { useAuth } from '@/shared/api/auth-session';
import { useLive } from '@/shared/realtime/live';
import { HandoffServer, makeHandoff } from '@/testing/handoff-server';
import { renderRoutes, signInForTest } from '@/testing/render';

import LiveUpdates from './live-updates';

beforeEach(() => {
  signInForTest();
  useLive.setState({ status: 'connecting' });
  document.title = 'Flows';
});

async function open(server: HandoffServer) {
  const view = renderRoutes(
    [
      {
        path: '/',
        element: (
          <>
            <LiveUpdates userId="user" />
            <NavCount />
            <Bell />
          </>
        ),
      },
    ],
    '/',
  );
  await waitFor(() => expect(useLive.getState().status).toBe('open'));
  await waitFor(() => expect(server.asked('/ai-sessions/escalations/count')).toBeGreaterThan(1));
  return view;
}

const NOTICE = {
  id: 'n1',
  kind: 'session.escalated',
  title: 'Escalation from Jane',
  body: null,
  link: null,
  created_at: '2026-11-23T14:00:00Z',
  read_at: null,
};
const created = { handoff_id: 'handoff-1', session_id: 'ai' };

it('counts what waits and what is unread as it happens', async () => {
  const server = new HandoffServer();
  await open(server);
  expect(screen.queryByText(/waiting/)).toBeNull();
  server.handoffs = [makeHandoff()];
  server.notifications = [NOTICE];
  act(() => {
    server.tell('handoff_created', created);
    server.tell('notification_created', { notification_id: 'n1' });
  });
  expect((await screen.findByText('waiting', { exact: false })).parentElement).toHaveTextContent('1 waiting');
  expect(await screen.findByRole('button', { name: 'Notifications, 1 unread' })).toBeInTheDocument();
  server.change('handoff-1', { status: 'claimed' });
  act(() => server.tell('handoff_claimed', created));
  await waitFor(() => expect(screen.queryByText(/waiting/)).toBeNull());
});

it('flashes the title of a tab nobody looks at when one more waits, and not for one’s own', async () => {
  const server = new HandoffServer();
  const visible = vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
  await open(server);
  server.handoffs = [makeHandoff({ created_by: 'user' })];
  const asked = server.asked('/ai-sessions/escalations/count');
  act(() => server.tell('handoff_created', created));
  await waitFor(() => expect(server.asked('/ai-sessions/escalations/count')).toBeGreaterThan(asked));
  expect(document.title).toBe('Flows');
  server.handoffs = [makeHandoff(), ...server.handoffs];
  act(() => server.tell('handoff_created', created));
  await waitFor(() => expect(document.title).toBe('(1) New escalation'));
  visible.mockReturnValue('visible');
  act(() => void document.dispatchEvent(new Event('visibilitychange')));
  expect(document.title).toBe('Flows');
  visible.mockRestore();
});

it('takes a kind it does not know, and what is no JSON, for nothing', async () => {
  const server = new HandoffServer();
  await open(server);
  const asked = server.calls.length;
  act(() => {
    server.tell('something_new', created);
    server.tell('handoff_created\ndata: {half');
  });
  server.handoffs = [makeHandoff()];
  act(() => server.tell('handoff_created', created));
  await screen.findByText('waiting', { exact: false });
  // Only the last of the three made anything ask anew: the count, and nothing of what is not shown.
  expect(server.calls.slice(asked).map(({ path }) => path)).toEqual(['/ai-sessions/escalations/count']);
});

it('stops when nobody is signed in any more', async () => {
  const server = new HandoffServer();
  const view = await open(server);
  view.unmount();
  useAuth.setState({ status: 'signed_out', token: null, user: null });
  expect(useLive.getState().status).toBe('closed');
  const asked = server.calls.length;
  server.tell('handoff_created', created);
  await Promise.resolve();
  expect(server.calls).toHaveLength(asked);
});
