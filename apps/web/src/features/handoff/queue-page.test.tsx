import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, it } from 'vitest';

import { queryClient } from '@/shared/api/query-client';
import { HandoffServer, makeHandoff } from '@/testing/handoff-server';
import { renderRoutes, signInForTest } from '@/testing/render';

import PendingEscalations from './components/pending-escalations';
import { useSeen } from './model/seen';
import * as queue from './queue-page';

beforeEach(() => {
  signInForTest();
  useSeen.setState({ ids: [] });
});

const open = (at = '/escalations') =>
  renderRoutes(
    [
      { path: '/escalations', Component: queue.Component },
      { path: '/', Component: PendingEscalations },
      { path: '/pilot/:id', element: <h1>The briefing</h1> },
    ],
    at,
  );
const list = () => screen.findByRole('list', { name: 'Escalations that wait' });
const dots = () => document.querySelectorAll('[data-unread]').length;

const OLD = makeHandoff();
const NEW = makeHandoff({
  id: 'handoff-2',
  session_id: 'two',
  created_at: '2026-11-23T15:00:00Z',
  created_by_name: 'Tess Okafor',
  target_user_id: 'user',
  target_name: 'Eli Navarro',
  snapshot: { problem_summary: 'Outlook asks for a password', psa_ticket_id: null, client_name: null },
});

it('says what each is about, and for whom', async () => {
  new HandoffServer([NEW, OLD, makeHandoff({ id: 'mine', created_by: 'user' })]);
  open();
  const cards = within(await list()).getAllByRole('listitem');
  expect(cards).toHaveLength(2);
  expect(cards[0]).toHaveTextContent('For you');
  expect(cards[0]).not.toHaveTextContent('#');
  for (const text of ['#48213', 'Contoso Dental', 'Printing', 'Guided', '2 steps', 'Jane Doe', OLD.reason]) {
    expect(cards[1]).toHaveTextContent(text);
  }
});

it('dots what was not opened: passing over it is not opening it', async () => {
  new HandoffServer([NEW, OLD]);
  const user = userEvent.setup();
  open();
  const link = within(await list()).getByRole('link', { name: 'Outlook asks for a password' });
  expect(dots()).toBe(2);
  await user.hover(link);
  link.focus();
  expect(dots()).toBe(2);
  await user.click(link);
  expect(await screen.findByRole('heading', { name: 'The briefing' })).toBeInTheDocument();
  expect(useSeen.getState().ids).toEqual(['handoff-2']);
});

it('tells of what arrives and not of what was there, and slides only that in', async () => {
  const server = new HandoffServer([OLD]);
  open();
  await list();
  const status = screen.getByRole('status');
  expect(status).toBeEmptyDOMElement();
  server.handoffs = [NEW, OLD];
  await act(() => queryClient.refetchQueries({ queryKey: ['handoffs'] }));
  await waitFor(() =>
    expect(status).toHaveTextContent('New escalation from Tess Okafor: Outlook asks for a password'),
  );
  const [first, second] = within(await list()).getAllByRole('listitem');
  expect(first).toHaveClass('animate-enter');
  expect(second).not.toHaveClass('animate-enter');
});

it('says that nothing waits, and tells of the first that comes', async () => {
  const server = new HandoffServer();
  open();
  expect(await screen.findByText('Nothing waits')).toBeInTheDocument();
  server.handoffs = [OLD];
  await act(() => queryClient.refetchQueries({ queryKey: ['handoffs'] }));
  await waitFor(() => expect(screen.getByRole('status')).toHaveTextContent('New escalation from Jane Doe'));
});

it('shows one domain when asked, which stands in the address, and tells of the others still', async () => {
  const outlook = makeHandoff({
    ...NEW,
    snapshot: { problem_summary: 'Outlook', problem_domain: 'microsoft_365' },
  });
  const server = new HandoffServer([outlook, OLD]);
  const user = userEvent.setup();
  const { router } = open();
  await user.selectOptions(await screen.findByLabelText('Domain'), 'Microsoft 365');
  await waitFor(() => expect(screen.getAllByRole('listitem')).toHaveLength(1));
  expect(router.state.location.search).toBe('?domain=microsoft_365');
  server.handoffs = [makeHandoff({ id: 'third', created_at: '2026-11-23T16:00:00Z' }), ...server.handoffs];
  await act(() => queryClient.refetchQueries({ queryKey: ['handoffs'] }));
  await waitFor(() => expect(screen.getByRole('status')).toHaveTextContent('New escalation from Jane Doe'));
  expect(screen.getAllByRole('listitem')).toHaveLength(1);
  server.handoffs = [OLD];
  await act(() => queryClient.refetchQueries({ queryKey: ['handoffs'] }));
  expect(await screen.findByText('Nothing waits in this domain')).toBeInTheDocument();
  await user.selectOptions(screen.getByLabelText('Domain'), 'All domains');
  expect(await list()).toHaveTextContent('The printer');
});

it('is closed to viewers, who ask the server nothing', async () => {
  signInForTest('viewer');
  const server = new HandoffServer([OLD]);
  open();
  expect(await screen.findByText('You cannot open this')).toBeInTheDocument();
  expect(server.calls).toEqual([]);
});

it('opens one row of the dashboard at a time, and goes straight through by its button', async () => {
  new HandoffServer([NEW, OLD]);
  const user = userEvent.setup();
  const { router } = open('/');
  await list();
  const [outlook, printer] = screen.getAllByRole('button');
  if (!outlook || !printer) throw new Error('There are two rows.');
  await user.click(outlook);
  expect(outlook).toHaveAttribute('aria-expanded', 'true');
  await user.click(printer);
  expect(outlook).toHaveAttribute('aria-expanded', 'false');
  expect(printer).toHaveAttribute('aria-expanded', 'true');
  const row = printer.closest('li');
  for (const text of [OLD.reason, '2 steps', 'Guided', '#48213']) expect(row).toHaveTextContent(text);
  await user.click(screen.getAllByRole('link', { name: 'Pick up' })[0] as HTMLElement);
  expect(router.state.location).toMatchObject({ pathname: '/pilot/two', search: '?pickup=true' });
});

it('is not on the dashboard while nothing waits', async () => {
  const server = new HandoffServer([makeHandoff({ created_by: 'user' })]);
  open('/');
  await waitFor(() => expect(server.asked('/ai-sessions/escalations')).toBe(1));
  expect(screen.queryByText('Escalations that wait')).toBeNull();
});
