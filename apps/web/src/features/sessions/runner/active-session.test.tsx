import { QueryClientProvider } from '@tanstack/react-query';
import { render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useEffect } from 'react';
import { createMemoryRouter, RouterProvider } from 'react-router';
import { beforeEach, expect, it, vi } from 'vitest';

import { listenForKeys } from '@/shared/actions/registry';
import { useAuth } from '@/shared/api/auth-session';
import { queryClient } from '@/shared/api/query-client';
import type { SessionResponse } from '@/shared/api/types';
import { CHECKLIST, makeSession } from '@/testing/factories';

import { forgetQueues } from '../model/queues';
import { ActiveSession } from './active-session';

/** No server at all: everything seen here is what the engineer sees with a dead network. */
beforeEach(() => {
  forgetQueues('user');
  queryClient.clear();
  useAuth.setState({ status: 'signed_in', token: 't', user: { id: 'user', name: 'Eli Marsh' } as never });
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('no network')));
  vi.stubGlobal('scrollTo', () => undefined);
});

function Page({ session }: { session: SessionResponse }) {
  useEffect(listenForKeys, []);
  return <ActiveSession server={session} />;
}

function open(session: SessionResponse) {
  const router = createMemoryRouter([{ path: '/', element: <Page session={session} /> }]);
  return render(
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>,
  );
}

const stepTitle = () => document.getElementById('step-title')?.textContent;

it('answers with a digit, goes on with Enter and back with b', async () => {
  const user = userEvent.setup();
  open(makeSession());
  expect(stepTitle()).toContain('Mailbox address');
  await user.keyboard('1');
  expect(stepTitle()).toBe('Clear the cache');
  await user.keyboard('{Enter}');
  expect(stepTitle()).toBe('Does it work now?');
  await user.keyboard('b');
  expect(stepTitle()).toBe('Clear the cache');
  expect(document.getElementById('step-title')).toHaveFocus();
});

it('leaves the keys to the text while a note is written, and sends the note with the answer', async () => {
  const user = userEvent.setup();
  open(makeSession());
  await user.keyboard('n');
  expect(screen.getByLabelText('Step note')).toHaveFocus();
  await user.keyboard('b1 sc');
  expect(stepTitle()).toContain('sign in?');
  await user.keyboard('{Escape}1');
  expect(stepTitle()).toBe('Clear the cache');
  const kept = JSON.parse(localStorage.getItem('rf.queue.user.session') ?? '[]') as {
    body: { notes?: string };
  }[];
  expect(kept[0]?.body.notes).toBe('b1 sc');
});

it('asks for a variable where it is needed, shows it in the text, and hides a secret', async () => {
  const user = userEvent.setup();
  open(makeSession());
  await user.click(screen.getByRole('button', { name: 'Mailbox address' }));
  expect(document.getElementById('ask-mailbox')).toHaveFocus();
  await user.keyboard('front@contoso.example{Enter}');
  expect(stepTitle()).toBe('Can front@contoso.example sign in?');
  await user.keyboard('1');
  expect(document.getElementById('ask-temp_password')).toHaveAttribute('type', 'password');
});

it('skips with a reason only', async () => {
  const user = userEvent.setup();
  open(makeSession({ path_taken: ['start', 'clear'], current_step_id: 'clear' }));
  await user.keyboard('s');
  await user.keyboard('{Enter}');
  expect(screen.getByText('A skipped step needs its reason.')).toBeInTheDocument();
  await user.keyboard('Client refused{Enter}');
  expect(stepTitle()).toBe('Does it work now?');
  expect(screen.getByText('Skipped: Client refused')).toBeInTheDocument();
});

it('says that changes wait, and shows the same step after a reload', async () => {
  const user = userEvent.setup();
  const page = open(makeSession());
  await user.keyboard('1');
  await waitFor(() => expect(screen.getByText(/waiting for the server/)).toBeInTheDocument());
  page.unmount();
  open(makeSession());
  expect(stepTitle()).toBe('Clear the cache');
});

it('opens the conclude form at an outcome, with the outcome chosen', async () => {
  const user = userEvent.setup();
  open(makeSession());
  await user.keyboard('2');
  expect(screen.getByRole('form', { name: 'Conclude the session' })).toBeInTheDocument();
  expect(screen.getByRole('radio', { name: /Resolved/ })).toBeChecked();
});

it('never shows an earlier step while acknowledgements come in', async () => {
  const user = userEvent.setup();
  const server = makeSession();
  const steps = ['clear', 'again', 'end'];
  vi.stubGlobal('fetch', async (_url: string, init: RequestInit) => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    const { node_id, entry_id } = JSON.parse(init.body as string) as { node_id: string; entry_id: string };
    const next = steps.shift() ?? '';
    server.path_taken = [...(server.path_taken.length > 0 ? server.path_taken : [node_id]), next];
    server.current_step_id = next;
    server.decisions = [
      ...server.decisions,
      {
        entry_id,
        node_id,
        kind: 'done',
        title: '',
        answer: null,
        option_id: null,
        reason: null,
        notes: null,
        timestamp: '',
      },
    ];
    return new Response(JSON.stringify({ ...server }));
  });
  open(makeSession());
  const seen: string[] = [];
  const observer = new MutationObserver(() => {
    const now = stepTitle() ?? '';
    if (seen.at(-1) !== now) seen.push(now);
  });
  observer.observe(document.body, { subtree: true, childList: true, characterData: true });
  await user.keyboard('1');
  await user.keyboard('{Enter}');
  const sent = () => expect(localStorage.getItem('rf.queue.user.session')).toBeNull();
  await waitFor(sent);
  await user.keyboard('1');
  await waitFor(sent);
  observer.disconnect();
  expect(seen).toEqual(['Clear the cache', 'Does it work now?', 'It works']);
});

it('runs a checklist: Enter settles, j and k move, b opens again', async () => {
  const user = userEvent.setup();
  open(makeSession({ tree_snapshot: CHECKLIST, current_step_id: 'backup' }));
  await user.keyboard('{Enter}');
  expect(stepTitle()).toBe('Take a snapshot');
  expect(screen.getByText('1 of 3 steps')).toBeInTheDocument();
  await user.keyboard('k');
  expect(stepTitle()).toBe('Check the backup');
  await user.keyboard('b');
  expect(screen.getByText('0 of 3 steps')).toBeInTheDocument();
  await user.keyboard('jj');
  expect(stepTitle()).toBe('Check the services');
});
