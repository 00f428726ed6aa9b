import { beforeEach, expect, it, vi } from 'vitest';

import { subscribe, type StreamOptions, type StreamStatus } from './sse';
import type { SseMessage } from './sse-parser';

type Answer = () => Response;
let asked: Headers[] = [];

const stream = (...parts: string[]): Answer => {
  return () =>
    new Response(
      new ReadableStream({
        start(controller) {
          for (const part of parts) controller.enqueue(new TextEncoder().encode(part));
          controller.close();
        },
      }),
    );
};
const status = (code: number): Answer => {
  return () => new Response(null, { status: code });
};
const silent: Answer = () => new Response(new ReadableStream({ start() {} }));

/** Answers in order, and then that there is nothing more to read. */
function serve(...answers: Answer[]): void {
  vi.stubGlobal('fetch', async (_url: string, init: RequestInit) => {
    asked.push(new Headers(init.headers));
    return (answers.shift() ?? status(204))();
  });
}

/** Reads until the stream is closed for good. */
function readAll(change: Partial<StreamOptions> = {}) {
  const got: SseMessage[] = [];
  const statuses: StreamStatus[] = [];
  return new Promise<{ got: SseMessage[]; statuses: StreamStatus[] }>((resolve) => {
    subscribe('/stream', {
      token: () => 'token',
      renew: async () => null,
      baseDelayMs: 1,
      onMessage: (message) => got.push(message),
      onStatus: (now) => {
        statuses.push(now);
        if (now === 'closed') resolve({ got, statuses });
      },
      ...change,
    });
  });
}

beforeEach(() => {
  asked = [];
});

it('says who it is, and goes on after the last event it heard of', async () => {
  serve(stream('id: 7\nevent: handoff_created\nda', 'ta: {}\n\n: beat\n\n'), stream('data: x\n\n'));
  const { got, statuses } = await readAll({ lastEventId: '3' });
  expect(got.map(({ event, id }) => [event, id])).toEqual([
    ['handoff_created', '7'],
    ['message', null],
  ]);
  expect(asked.map((headers) => headers.get('authorization'))).toEqual(Array(3).fill('Bearer token'));
  expect(asked.map((headers) => headers.get('last-event-id'))).toEqual(['3', '7', '7']);
  expect(statuses.slice(0, 4)).toEqual(['connecting', 'open', 'waiting', 'connecting']);
});

it('asks for a new token when its own is refused, and reads on with it', async () => {
  serve(status(401), stream('data: x\n\n'));
  const renew = vi.fn<StreamOptions['renew']>(async () => 'fresh');
  const { got } = await readAll({ renew });
  expect(renew).toHaveBeenCalledExactlyOnceWith('token');
  expect(asked[1]?.get('authorization')).toBe('Bearer fresh');
  expect(got).toHaveLength(1);
});

it.each([401, 204])('stops for good at %i', async (code) => {
  serve(status(code));
  await readAll();
  expect(asked).toHaveLength(1);
});

it.each([402, 403, 404])('asks again some time after %i, and reads on once it may', async (code) => {
  serve(status(code), stream('data: x\n\n'));
  const { got, statuses } = await readAll({ refusedMs: 1 });
  expect(statuses.slice(0, 4)).toEqual(['connecting', 'refused', 'connecting', 'open']);
  expect(got).toHaveLength(1);
});

it('asks at once when what it was refused for has changed', async () => {
  serve(status(403), stream('data: x\n\n'));
  const forget = vi.fn<() => void>();
  let change: (() => void) | undefined;
  const ended = readAll({
    refusedMs: 3_600_000,
    onChange: (again) => {
      change = again;
      return forget;
    },
  });
  await vi.waitFor(() => expect(change).toBeDefined());
  expect(asked).toHaveLength(1);
  change?.();
  const { got } = await ended;
  expect(got).toHaveLength(1);
  expect(forget).toHaveBeenCalledOnce();
});

it.each([429, 500, 503])('tries again after %i', async (code) => {
  serve(status(code));
  await readAll();
  expect(asked).toHaveLength(2);
});

it('gives up a socket that is silent for too long', async () => {
  serve(silent);
  const { statuses } = await readAll({ silenceMs: 20 });
  expect(asked).toHaveLength(2);
  expect(statuses).toEqual(['connecting', 'open', 'waiting', 'connecting', 'closed']);
});

it('waits as long as the server asks, or until the network is back', async () => {
  serve(stream('retry: 3600000\n\n'));
  const ended = readAll({ maxDelayMs: 3_600_000 });
  await vi.waitFor(() => expect(asked).toHaveLength(1));
  await vi.waitFor(() => {
    window.dispatchEvent(new Event('online'));
    expect(asked).toHaveLength(2);
  });
  await ended;
});

it('tells nothing more once nobody listens', async () => {
  serve(stream('data: x\n\n', 'data: y\n\n'));
  const got: string[] = [];
  await new Promise<void>((resolve) => {
    const stop = subscribe('/stream', {
      token: () => null,
      renew: async () => null,
      onMessage: ({ data }) => {
        got.push(data);
        stop();
      },
      onStatus: (now) => now === 'closed' && resolve(),
    });
  });
  expect(got).toEqual(['x']);
  expect(asked).toHaveLength(1);
  expect(asked[0]?.get('authorization')).toBeNull();
});
