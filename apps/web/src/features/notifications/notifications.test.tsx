import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeAll, beforeEach, expect, it, vi } from 'vitest';

import { queryClient } from '@/shared/api/query-client';
import type { Notification } from '@/shared/api/types';
import { HandoffServer } from '@/testing/handoff-server';
import { renderRoutes, signInForTest } from '@/testing/render';

import Bell from './components/bell';
import * as list from './notifications-page';
import * as preferences from './preferences-page';

const toasts = vi.hoisted(() => vi.fn<(kind: string, message: string) => void>());
vi.mock('@/shared/ui/toast', () => ({ notify: toasts }));

beforeAll(async () => {
  await import('./components/bell-panel');
});
beforeEach(() => {
  signInForTest();
  toasts.mockReset();
});

const make = (change: Partial<Notification> = {}): Notification => ({
  id: 'n1',
  kind: 'session.escalated',
  title: 'Escalation from Jane · #48213: The printer does not print',
  body: 'Every queue is stuck',
  link: '/pilot/ai?pickup=true',
  created_at: '2026-11-23T14:00:00Z',
  read_at: null,
  ...change,
});
const OTHER = make({ id: 'n2', title: 'Sam took your escalation', body: null, link: null });
const READ = make({ id: 'n3', title: 'An old one', read_at: '2026-11-23T14:00:00Z' });

const open = (at: string) =>
  renderRoutes(
    [
      { path: '/', Component: Bell },
      { path: '/notifications', Component: list.Component },
      { path: '/account/notifications', Component: preferences.Component },
      { path: '/pilot/:id', element: <h1>The briefing</h1> },
    ],
    at,
  );

it('counts what is unread, also when more comes', async () => {
  const server = new HandoffServer();
  open('/');
  expect(await screen.findByRole('button', { name: 'Notifications' })).toBeInTheDocument();
  server.notifications = [make(), OTHER, READ];
  await act(() => queryClient.refetchQueries({ queryKey: ['notifications'] }));
  expect(await screen.findByRole('button', { name: 'Notifications, 2 unread' })).toHaveTextContent('2');
});

it('opens the newest, and following one reads it and leads where it happened', async () => {
  const server = new HandoffServer();
  server.notifications = [make(), OTHER, READ];
  const user = userEvent.setup();
  const { router } = open('/');
  await user.click(await screen.findByRole('button', { name: 'Notifications, 2 unread' }));
  const panel = await screen.findByRole('dialog', { name: 'Notifications' });
  expect(await within(panel).findAllByRole('listitem')).toHaveLength(3);
  await user.keyboard('{Escape}');
  expect(screen.queryByRole('dialog')).toBeNull();
  expect(screen.getByRole('button', { name: 'Notifications, 2 unread' })).toHaveFocus();
  await user.keyboard('{Enter}');
  await user.click(await screen.findByRole('link', { name: make().title }));
  expect(router.state.location).toMatchObject({ pathname: '/pilot/ai', search: '?pickup=true' });
  await waitFor(() => expect(server.sent('POST', '/n1/read')).toHaveLength(1));
});

it('reads one that leads nowhere, then all of them', async () => {
  const server = new HandoffServer();
  server.notifications = [make(), OTHER, make({ id: 'n4', title: 'Another' })];
  const user = userEvent.setup();
  open('/notifications');
  await user.click(await screen.findByRole('button', { name: 'Read' }));
  await waitFor(() => expect(screen.queryByRole('button', { name: 'Read' })).toBeNull());
  expect(server.sent('POST', '/n2/read')).toHaveLength(1);
  await user.click(screen.getByRole('button', { name: 'Mark all as read' }));
  await waitFor(() => expect(screen.queryByText('Unread:', { exact: false })).toBeNull());
  expect(screen.queryByRole('button', { name: 'Mark all as read' })).toBeNull();
});

it('keeps the filter in the address, and says that nothing is unread', async () => {
  const server = new HandoffServer();
  const user = userEvent.setup();
  const { router } = open('/notifications');
  expect(await screen.findByText('No notifications yet')).toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: 'Unread only' }));
  expect(await screen.findByText('All read')).toBeInTheDocument();
  expect(router.state.location.search).toBe('?show=unread');
  expect(server.calls.at(-1)?.query).toContain('unread=true');
});

it('saves the ways somebody is told, and their quiet hours', async () => {
  const server = new HandoffServer();
  server.preferences = {
    events: {
      'session.escalated': { in_app: true, email: true },
      'something.new': { in_app: true, email: false },
    },
    quiet_hours: null,
  };
  const user = userEvent.setup();
  open('/account/notifications');
  await user.click(await screen.findByRole('checkbox', { name: 'A session is escalated: by mail' }));
  expect(screen.getByRole('checkbox', { name: 'something new: by mail' })).not.toBeChecked();
  await user.click(screen.getByRole('switch', { name: /Mail waits during these hours/ }));
  const until = screen.getByLabelText('Until');
  await user.clear(until);
  await user.type(until, '22:00');
  await user.click(screen.getByRole('button', { name: 'Save' }));
  expect(screen.getByText('They would end when they begin.')).toBeInTheDocument();
  expect(server.sent('PUT', '/preferences')).toEqual([]);
  await user.clear(until);
  await user.type(until, '07:30');
  await user.click(screen.getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(toasts).toHaveBeenCalledWith('success', expect.any(String)));
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  expect(server.preferences).toEqual({
    events: {
      'session.escalated': { in_app: true, email: false },
      'something.new': { in_app: true, email: false },
    },
    quiet_hours: { enabled: true, start: '22:00', end: '07:30', time_zone: timeZone },
  });
});

it('saves no quiet hours for whoever never wanted any', async () => {
  const server = new HandoffServer();
  const user = userEvent.setup();
  open('/account/notifications');
  await user.click(await screen.findByRole('button', { name: 'Save' }));
  await waitFor(() => expect(server.sent('PUT', '/preferences')).toHaveLength(1));
  expect(server.preferences.quiet_hours).toBeNull();
});
