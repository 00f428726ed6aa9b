import { QueryClientProvider } from '@tanstack/react-query';
import { render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { createMemoryRouter, RouterProvider } from 'react-router';
import { describe, expect, it, vi } from 'vitest';

import { useAuth } from '@/shared/api/auth-session';
import { queryClient } from '@/shared/api/query-client';
import { AnswerWriter, makeAiSession, makeNote, PilotServer } from '@/testing/pilot-server';

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
  edit: null,
  revision: 0,
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

it('shows sentences as they are checked, and stops whoever writes them when it is left', async () => {
  useAuth.setState({ status: 'signed_in', token: 't', user: { id: 'user', role: 'engineer' } as never });
  queryClient.clear();
  const writers: AnswerWriter[] = [];
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    if (url.includes('/integrations/psa/')) return new Response('[]');
    if (!url.endsWith('/documentation')) return new Response(JSON.stringify(makeAiSession()));
    expect(new Headers(init.headers).get('accept')).toBe('text/event-stream');
    const writer = new AnswerWriter();
    writers.push(writer);
    return writer.begin(init.signal ?? null);
  });
  const router = createMemoryRouter([{ path: '/pilot/:sessionId/document', Component }], {
    initialEntries: ['/pilot/ai/document'],
  });
  const page = render(
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>,
  );
  await waitFor(() => expect(writers).toHaveLength(1));
  writers[0]?.event('delta', { text: '## Problem\n\n- It does not print.\n' });
  expect(await screen.findByTestId('note-writing')).toHaveTextContent('It does not print.');
  expect(screen.getByRole('button', { name: /Copy note/ })).toBeDisabled();
  writers[0]?.event('done', makeNote({ kind: 'ticket_summary' }));
  expect(await screen.findByRole('button', { name: 'It does not print.' })).toBeInTheDocument();
  expect(screen.queryByTestId('note-writing')).toBeNull();
  await userEvent.setup().click(screen.getByRole('tab', { name: 'For the client' }));
  await waitFor(() => expect(writers).toHaveLength(2));
  page.unmount();
  await waitFor(() => expect(writers[1]?.aborted).toBe(true));
});

describe('editing', () => {
  function openEditor(note = makeNote()) {
    useAuth.setState({ status: 'signed_in', token: 't', user: { id: 'user', role: 'engineer' } as never });
    queryClient.clear();
    localStorage.clear();
    const server = new PilotServer(makeAiSession({ status: 'resolved' }));
    server.note = note;
    const router = createMemoryRouter([{ path: '/pilot/:sessionId/document', Component }], {
      initialEntries: ['/pilot/ai/document'],
    });
    render(
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
      </QueryClientProvider>,
    );
    return server;
  }

  const edited = { text: 'Said better.', by: 'Eli', at: '2026-11-23T14:05:00Z' };

  it('keeps what was written and shows it in the place of what was generated', async () => {
    const user = userEvent.setup();
    const server = openEditor();
    await user.click(await screen.findByRole('button', { name: /^Edit/ }));
    const field = await screen.findByRole('textbox', { name: 'The note' });
    expect(field).toHaveValue('## Problem\n\n- It does not print.');
    await user.clear(field);
    await user.click(screen.getByRole('button', { name: 'Save' }));
    expect(screen.getByText('Say something, or use the generated text.')).toBeInTheDocument();
    await user.type(field, 'Said better.');
    await user.click(screen.getByRole('button', { name: 'Save' }));
    expect(await screen.findByText(/Edited by Eli/)).toBeInTheDocument();
    expect(screen.getByTestId('note-text')).toHaveTextContent('Said better.');
    const put = server.calls.find(({ method }) => method === 'PUT');
    expect(put?.body).toEqual({ kind: 'resolution_note', text: 'Said better.', redaction_mode: 'mask' });
    await user.click(screen.getByRole('button', { name: 'Use the generated text' }));
    expect(await screen.findByRole('button', { name: 'It does not print.' })).toBeInTheDocument();
  });

  it('says that the work went on, and leads back to what was written', async () => {
    const user = userEvent.setup();
    openEditor(makeNote({ edit: { ...edited, holds: false }, revision: 1 }));
    expect(await screen.findByText('The work went on after this note was edited')).toBeInTheDocument();
    expect(screen.getByTestId('note-text')).toHaveTextContent('It does not print.');
    await user.click(screen.getByRole('button', { name: 'Edit it again' }));
    expect(await screen.findByRole('textbox', { name: 'The note' })).toHaveValue('Said better.');
  });
});
