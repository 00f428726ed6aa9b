import { QueryClientProvider } from '@tanstack/react-query';
import { render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useEffect } from 'react';
import { createMemoryRouter, RouterProvider } from 'react-router';
import { beforeAll, beforeEach, expect, it, vi } from 'vitest';

import { forgetQueues } from '@/features/sessions/model/queues';
import { listenForKeys } from '@/shared/actions/registry';
import { useAuth } from '@/shared/api/auth-session';
import { queryClient } from '@/shared/api/query-client';
import type { SessionResponse } from '@/shared/api/types';
import { makeSession } from '@/testing/factories';
import { makeHandoff } from '@/testing/handoff-server';

import { Component } from './guided-session';

beforeAll(async () => {
  // Loaded before, so that no test waits for it.
  await import('@/features/handoff/components/escalate-dialog');
});

interface Sent {
  path: string;
  body: unknown;
}

/** A server with one guided session; what was sent to it, in order. */
function serve(): Sent[] {
  const sent: Sent[] = [];
  let session: SessionResponse = makeSession();
  const reply = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status });
  vi.stubGlobal('fetch', (url: string, init: RequestInit = {}) => {
    const path = new URL(url, 'http://x').pathname.replace('/api/v1', '');
    if (init.method === 'POST') {
      sent.push({ path, body: JSON.parse(init.body as string) as unknown });
      if (path.endsWith('/escalation-quality')) {
        const asks = [{ key: 'since', question: 'Since when?', answered: false }];
        return Promise.resolve(reply({ score: 0, asks }));
      }
      if (path.endsWith('/handoff')) {
        session = makeSession({
          status: 'completed',
          outcome: 'escalated',
          completed_at: session.created_at,
          ai_session_id: 'ai',
        });
        const handoff = makeHandoff();
        const made = {
          handoff,
          session_status: 'escalated',
          documentation: null,
          psa_result: { status: 'off' },
        };
        return Promise.resolve(reply(made, 201));
      }
      return Promise.resolve(reply(session));
    }
    if (path === '/sessions/session') return Promise.resolve(reply(session));
    return Promise.resolve(reply([]));
  });
  return sent;
}

beforeEach(() => {
  forgetQueues('user');
  queryClient.clear();
  localStorage.clear();
  useAuth.setState({
    status: 'signed_in',
    token: 't',
    user: { id: 'user', name: 'Eli Marsh', role: 'engineer' } as never,
  });
  vi.stubGlobal('scrollTo', () => undefined);
});

function Page() {
  useEffect(listenForKeys, []);
  return <Component />;
}

function open() {
  const router = createMemoryRouter([{ path: '/sessions/:sessionId', element: <Page /> }], {
    initialEntries: ['/sessions/session'],
  });
  render(
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>,
  );
}

it('hands over once the note of the open step is with the server, and leads to the conversation', async () => {
  const sent = serve();
  const user = userEvent.setup();
  open();
  await waitFor(() => expect(document.getElementById('step-title')).not.toBeNull());
  await user.keyboard('n');
  await user.keyboard('The light is dark');
  await user.keyboard('{Escape}h');
  expect(screen.queryByRole('radio')).toBeNull();
  const reason = await screen.findByRole('textbox', { name: 'Why it needs somebody else' });
  const gate = await screen.findByRole('region', { name: 'What the receiver will ask' });
  expect(gate).toHaveTextContent('Since when? (open)');
  await user.type(reason, 'No rights{Enter}');
  const link = await screen.findByRole('link', { name: 'Goes on in a conversation' });
  expect(link).toHaveAttribute('href', '/pilot/ai');
  const worked = sent.filter(({ path }) => !path.endsWith('/escalation-quality'));
  expect(worked).toMatchObject([
    {
      path: '/sessions/session/steps',
      body: { action: 'note', node_id: 'start', notes: 'The light is dark' },
    },
    { path: '/sessions/session/handoff', body: { intent: 'escalate', reason: 'No rights' } },
  ]);
});
