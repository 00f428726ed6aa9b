import { QueryClientProvider } from '@tanstack/react-query';
import { act, render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { createMemoryRouter, RouterProvider } from 'react-router';
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

import { useAuth } from '@/shared/api/auth-session';
import { queryClient } from '@/shared/api/query-client';
import { AnswerStream } from '@/shared/lib/answer-stream';
import { piecesOf } from '@/shared/lib/sent-pieces';
import { Frames, Sight } from '@/testing/page';
import { AnswerWriter, makeAiSession, PilotServer } from '@/testing/pilot-server';

import { captionOf, isFallback } from './model/engine';
import { SessionPage } from './session-page';

let frames: Frames;
let sight: Sight;
const scrolled = vi.fn<() => void>();

// What the page fetches when it is wanted is read from the disk before, and not against the clock of a test.
beforeAll(async () => {
  await import('@/shared/ui/markdown-streaming');
  await import('@/features/pilot/components/sent-dialog');
});

beforeEach(() => {
  queryClient.clear();
  queryClient.setDefaultOptions({ queries: { retry: false } });
  useAuth.setState({ status: 'signed_in', token: 't', user: { id: 'user', role: 'engineer' } as never });
  frames = new Frames();
  sight = new Sight();
  scrolled.mockReset();
  Element.prototype.scrollIntoView = scrolled;
});

async function open(server: PilotServer) {
  const router = createMemoryRouter(
    [{ path: '/pilot/:sessionId', element: <SessionPage sessionId="ai" /> }],
    {
      initialEntries: ['/pilot/ai'],
    },
  );
  render(
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>,
  );
  const writer = new AnswerWriter();
  server.streaming = writer;
  const user = userEvent.setup();
  const field = await screen.findByRole('textbox', { name: 'Message' });
  return { writer, user, field };
}

const answering = () => screen.queryByTestId('answering');
/** Lets what was written arrive, and the browser draw. */
const draw = () =>
  act(async () => {
    await new Promise((resolve) => setTimeout(resolve, 0));
    frames.draw();
  });

describe('an answer that is being written', () => {
  it('is asked for as a stream, drawn as it grows, and is the session at its end', async () => {
    const server = new PilotServer();
    const { writer, user, field } = await open(server);
    await user.type(field, 'It hums{Enter}');
    await waitFor(() => expect(server.accepts).toEqual(['text/event-stream']));
    writer.event('delta', { text: 'Look at the **pow' });
    await draw();
    // What is open is closed for now: half a word in bold, and no stars.
    expect(await screen.findByText('pow')).toContainHTML('pow');
    expect(answering()?.querySelector('strong')).toHaveTextContent('pow');
    // An event in two pieces of the connection.
    writer.raw('event: delta\ndata: {"te');
    writer.raw('xt":"er** light."}\n\n');
    await draw();
    expect(answering()).toHaveTextContent('Look at the power light.');
    server.finish(writer);
    await waitFor(() => expect(answering()).toBeNull());
    expect(server.turns).toHaveLength(1);
    expect(field).toHaveValue('');
    expect(screen.getAllByText('It hums')).toHaveLength(1);
  });

  it('is stopped: the turn is taken without it, and the session shows how it goes on', async () => {
    const server = new PilotServer();
    const { writer, user, field } = await open(server);
    await user.type(field, 'It hums{Enter}');
    await waitFor(() => expect(server.accepts).toHaveLength(1));
    writer.event('delta', { text: 'Well' });
    await draw();
    writer.onAbort = () => server.takeSilently(writer);
    await user.click(await screen.findByRole('button', { name: 'Stop' }));
    await waitFor(() => expect(answering()).toBeNull());
    expect(writer.aborted).toBe(true);
    expect(screen.getAllByText('It hums')).toHaveLength(1);
    expect(field).toHaveValue('');
    expect(screen.queryByText('Stopped')).toBeNull();
    expect(server.accepts).toHaveLength(1);
  });

  it('is stopped before the server has it, with what was typed in the field again', async () => {
    const server = new PilotServer();
    const { writer, user, field } = await open(server);
    await user.type(field, 'It hums{Enter}');
    await waitFor(() => expect(server.accepts).toHaveLength(1));
    await user.click(await screen.findByRole('button', { name: 'Stop' }));
    expect(await screen.findByText('Stopped', {}, { timeout: 3_000 })).toBeInTheDocument();
    expect(field).toHaveValue('It hums');
    // Sent again it is the same turn, should the server have taken it after all.
    server.streaming = null;
    await user.type(field, '{Enter}');
    await waitFor(() => expect(field).toHaveValue(''));
    expect(server.turns[0]?.entry_id).toBe(writer.turn.entry_id);
  });

  it('that broke off after the turn was taken is looked up and not asked for again', async () => {
    const server = new PilotServer();
    const { writer, user, field } = await open(server);
    await user.type(field, 'It hums{Enter}');
    await waitFor(() => expect(server.accepts).toHaveLength(1));
    server.takeSilently(writer);
    writer.breakOff();
    await waitFor(() => expect(screen.getAllByText('It hums')).toHaveLength(1));
    await waitFor(() => expect(field).toHaveValue(''));
    expect(server.accepts).toHaveLength(1);
    expect(screen.queryByRole('alert')).toBeNull();
  });

  it('that broke off before gives the text back, and is the same turn when it is sent again', async () => {
    const server = new PilotServer();
    const { writer, user, field } = await open(server);
    await user.type(field, 'It hums{Enter}');
    await waitFor(() => expect(server.accepts).toHaveLength(1));
    writer.breakOff();
    expect(await screen.findByRole('alert', {}, { timeout: 3_000 })).toHaveTextContent('Not sent');
    expect(field).toHaveValue('It hums');
    server.streaming = null;
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    await waitFor(() => expect(field).toHaveValue(''));
    expect(server.turns[0]?.entry_id).toBe(writer.turn.entry_id);
  });

  it('that is refused half way says so in the words of the server', async () => {
    const server = new PilotServer();
    const { writer, user, field } = await open(server);
    await user.type(field, 'It hums{Enter}');
    await waitFor(() => expect(server.accepts).toHaveLength(1));
    server.moveOn({});
    writer.event('error', { code: 'stale_turn', detail: { message: 'The session has moved on.' } });
    expect(await screen.findByRole('alert')).toHaveTextContent('The session moved on meanwhile');
    expect(field).toHaveValue('It hums');
  });

  it('never moves whoever reads further up', async () => {
    const server = new PilotServer();
    const { writer, user, field } = await open(server);
    await user.type(field, 'It hums{Enter}');
    await waitFor(() => expect(server.accepts).toHaveLength(1));
    writer.event('delta', { text: 'One. ' });
    await draw();
    act(() => sight.tell(true));
    scrolled.mockReset();
    writer.event('delta', { text: 'Two. ' });
    await draw();
    expect(scrolled).toHaveBeenCalledTimes(1);
    act(() => sight.tell(false));
    writer.event('delta', { text: 'Three. ' });
    await draw();
    expect(answering()).toHaveTextContent('One. Two. Three.');
    expect(scrolled).toHaveBeenCalledTimes(1);
    await user.click(screen.getByRole('button', { name: 'Jump to latest' }));
    expect(scrolled).toHaveBeenCalledTimes(2);
  });
});

it('draws once per frame, however much comes in', () => {
  const stream = new AnswerStream();
  const drawn: string[] = [];
  stream.subscribe(() => drawn.push(stream.read()));
  for (let i = 0; i < 100; i += 1) stream.push('x');
  expect(drawn).toEqual([]);
  frames.draw();
  expect(drawn).toEqual(['x'.repeat(100)]);
  stream.push('y');
  stream.clear();
  frames.draw();
  expect(drawn.at(-1)).toBe('');
});

it('asks the model to think where the installation has one, and offers it nowhere else', async () => {
  const server = new PilotServer();
  const { user } = await open(server);
  server.streaming = null;
  expect(screen.queryByRole('button', { name: /Ask the model/ })).toBeNull();
  queryClient.setQueryData(['meta'], { model_enabled: true });
  await user.click(await screen.findByRole('button', { name: /Ask the model/ }));
  await waitFor(() => expect(server.turns.map(({ kind }) => kind)).toEqual(['think']));
});

describe('who answered', () => {
  it('is said where it is out of the ordinary', () => {
    expect(captionOf({ name: 'offline', reason: null })).toBeNull();
    expect(captionOf({ name: 'claude-x', reason: null })).toBe('claude-x');
    const fallback = { name: 'offline', reason: 'The model did not answer in time.' };
    expect(captionOf(fallback)).toBe('Offline copilot: The model did not answer in time.');
    expect(isFallback(fallback)).toBe(true);
    expect(isFallback({ name: 'claude-x', reason: 'Deep: a complex decision.' })).toBe(false);
  });

  it('comes with what was sent, the stand-ins marked', async () => {
    const server = new PilotServer(
      makeAiSession({ engine: { name: 'claude-x', reason: 'Fast: a simple step.' } }),
    );
    server.sent = [
      {
        turn: 1,
        purpose: 'next_step',
        failure: null,
        model: 'claude-x',
        at: '2026-11-23T14:00:00Z',
        tier: 'fast',
        prompt_version: 'next_step@3',
        sent: [{ role: 'user', text: 'HOST_1 and HOST_10 (HOST_1) do not print' }],
        pseudonyms: [
          { token: 'HOST_1', kind: 'host_name' },
          { token: 'HOST_10', kind: 'host_name' },
        ],
        input_tokens: 900,
        output_tokens: 60,
      },
    ];
    vi.stubGlobal('matchMedia', () => ({ matches: true }));
    const { user } = await open(server);
    const panel = await screen.findByRole('region', { name: 'Who answers' });
    expect(panel).toHaveTextContent('claude-xFast: a simple step.');
    await user.click(within(panel).getByRole('button', { name: 'What was sent' }));
    const dialog = await screen.findByRole('dialog', { name: 'What was sent' });
    await within(dialog).findByText('2 stand-ins');
    const marked = [...dialog.querySelectorAll('mark')].map(({ textContent }) => textContent);
    expect(marked).toEqual(['HOST_1', 'HOST_10', 'HOST_1']);
    vi.unstubAllGlobals();
  });

  it('cuts at whole stand-ins', () => {
    expect(piecesOf('a (b) a.c', ['a.c'])).toEqual([
      { text: 'a (b) ', token: false },
      { text: 'a.c', token: true },
    ]);
    expect(piecesOf('abc', [])).toEqual([{ text: 'abc', token: false }]);
  });
});
