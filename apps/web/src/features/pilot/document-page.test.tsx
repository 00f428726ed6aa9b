import { QueryClientProvider } from '@tanstack/react-query';
import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { createMemoryRouter, RouterProvider } from 'react-router';
import { expect, it, vi } from 'vitest';

import { useAuth } from '@/shared/api/auth-session';
import { queryClient } from '@/shared/api/query-client';
import { makeAiSession } from '@/testing/pilot-server';

import type { Documentation } from './api/types';
import { Component } from './document-page';

const note = (kind: string, masked: boolean): Documentation => ({
  kind: 'resolution_note',
  engine: { name: 'offline', reason: null },
  sections: [
    {
      title: 'What was done',
      sentences: [
        { text: 'The spooler was restarted.', evidence: ['s1'] },
        { text: 'The client was happy.', evidence: [] },
      ],
    },
  ],
  evidence: [
    {
      id: 's1',
      kind: 'step',
      label: 'Step 1',
      text: 'Restart the print spooler: worked',
      step_order: 1,
      at: '2026-11-23T14:05:00Z',
    },
  ],
  text: `## ${kind} ${masked ? '[password redacted]' : 'hunter2'}`,
  redaction: masked ? { counts: { password: 1 }, total: 1 } : null,
});

function open() {
  const asked: string[] = [];
  useAuth.setState({ status: 'signed_in', token: 't', user: { id: 'user', role: 'engineer' } as never });
  queryClient.clear();
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    if (url.includes('/integrations/psa/')) return new Response('[]');
    if (!url.endsWith('/documentation'))
      return new Response(JSON.stringify(makeAiSession({ status: 'resolved' })));
    const body = JSON.parse(init.body as string) as { kind: string; redaction_mode: string };
    asked.push(`${body.kind} ${body.redaction_mode}`);
    return new Response(JSON.stringify(note(body.kind, body.redaction_mode === 'mask')));
  });
  const router = createMemoryRouter([{ path: '/pilot/:sessionId/document', Component }], {
    initialEntries: ['/pilot/ai/document'],
  });
  render(
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>,
  );
  return asked;
}

it('shows what a sentence rests on, also when nothing is recorded that says it', async () => {
  const user = userEvent.setup();
  open();
  const sentence = await screen.findByRole('button', { name: 'The spooler was restarted.' });
  await user.hover(sentence);
  expect(screen.getByRole('region', { name: 'What this sentence rests on' })).toHaveTextContent(
    'Restart the print spooler: worked',
  );
  await user.unhover(sentence);
  sentence.focus();
  expect(await screen.findByText('Step 1')).toBeInTheDocument();
  await user.tab();
  expect(screen.getByText('Nothing recorded says this.')).toBeInTheDocument();
});

it('copies the text of the kind that is shown, masked until somebody says otherwise', async () => {
  const user = userEvent.setup();
  const asked = open();
  await screen.findByText('1 item masked.');
  await user.click(screen.getByRole('button', { name: /Copy note/ }));
  expect(await navigator.clipboard.readText()).toBe('## resolution_note [password redacted]');
  await user.click(screen.getByRole('tab', { name: 'For the client' }));
  await screen.findByText('1 item masked.');
  await user.click(screen.getByRole('switch', { name: 'Mask sensitive data' }));
  await screen.findByText(/readable in this note/);
  expect(asked).toEqual(['resolution_note mask', 'client_summary mask', 'client_summary none']);
});
