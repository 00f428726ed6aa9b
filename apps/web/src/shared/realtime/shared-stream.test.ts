import { BroadcastChannel as NodeChannel } from 'node:worker_threads';

import { beforeEach, expect, it, vi } from 'vitest';

import { subscribeShared } from './shared-stream';
import type { StreamStatus } from './sse';

const streams: { lastId: string | null; send: (text: string) => void }[] = [];

/** The browser's locks, as far as they are used: one at a time has it, the others wait in order. */
class Locks {
  private tail: Promise<unknown> = Promise.resolve();
  request(_name: string, { signal }: { signal: AbortSignal }, run: () => Promise<void>): Promise<void> {
    const turn = this.tail.then(() => {
      if (signal.aborted) throw new DOMException('stopped', 'AbortError');
      return Promise.race([
        run(),
        new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve())),
      ]);
    });
    this.tail = turn.catch(() => undefined);
    return turn;
  }
}

beforeEach(() => {
  streams.length = 0;
  vi.stubGlobal('BroadcastChannel', NodeChannel);
  Object.defineProperty(navigator, 'locks', { value: new Locks(), configurable: true });
  vi.stubGlobal('fetch', async (_url: string, init: RequestInit) => {
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        streams.push({
          lastId: new Headers(init.headers).get('last-event-id'),
          send: (text) => controller.enqueue(new TextEncoder().encode(text)),
        });
      },
    });
    return new Response(body);
  });
});

function tab(name: string) {
  const got: string[] = [];
  const heard: StreamStatus[] = [];
  const stop = subscribeShared(name, '/stream', {
    token: () => 'token',
    renew: async () => null,
    onMessage: ({ data }) => got.push(data),
    onStatus: (status) => heard.push(status),
  });
  return { got, heard, stop };
}

it('reads one stream for all tabs, and the next tab goes on when the first is closed', async () => {
  const tabs = [tab('rf-one'), tab('rf-one'), tab('rf-one')] as const;
  await vi.waitFor(() => expect(tabs[0].heard).toContain('open'));
  streams[0]?.send('id: 4\ndata: a\n\n');
  for (const { got } of tabs) await vi.waitFor(() => expect(got).toEqual(['a']));
  expect(streams).toHaveLength(1);

  tabs[0].stop();
  await vi.waitFor(() => expect(streams).toHaveLength(2));
  expect(streams[1]?.lastId).toBe('4');
  streams[1]?.send('id: 5\ndata: b\n\n');
  for (const { got } of tabs.slice(1)) await vi.waitFor(() => expect(got).toEqual(['a', 'b']));
  expect(tabs[0].got).toEqual(['a']);
  tabs[1].stop();
  tabs[2].stop();
});

it('tells a tab that opens later how the stream is doing', async () => {
  const first = tab('rf-two');
  await vi.waitFor(() => expect(first.heard).toContain('open'));
  const later = tab('rf-two');
  await vi.waitFor(() => expect(later.heard).toContain('open'));
  expect(streams).toHaveLength(1);
  first.stop();
  later.stop();
});

it('keeps the streams of two people apart', async () => {
  const one = tab('rf-eli');
  const other = tab('rf-olivia');
  await vi.waitFor(() => expect(streams).toHaveLength(1));
  streams[0]?.send('data: for Eli\n\n');
  await vi.waitFor(() => expect(one.got).toEqual(['for Eli']));
  expect(other.got).toEqual([]);
  one.stop();
  await vi.waitFor(() => expect(streams).toHaveLength(2));
  other.stop();
});
