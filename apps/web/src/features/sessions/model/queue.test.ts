import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { ApiError, NetworkError } from '@/shared/api/problem';
import { makeSession } from '@/testing/factories';

import { queueKey, SessionQueue, type QueueEntry, type QueuePort } from './queue';

const KEY = queueKey('user', 'session');

function answer(id: string) {
  return {
    kind: 'step' as const,
    body: { entry_id: id, action: 'answer' as const, node_id: 'start', option_id: 'yes' },
  };
}

function portOf(send: QueuePort['send']): QueuePort {
  return { send, acknowledged: vi.fn<QueuePort['acknowledged']>(), refused: vi.fn<QueuePort['refused']>() };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('SessionQueue', () => {
  it('writes an entry down before it is sent, and forgets it with the acknowledgement', async () => {
    const send = vi.fn<QueuePort['send']>(async () => makeSession());
    const queue = new SessionQueue(KEY, portOf(send));
    queue.push(answer('one'));
    expect(localStorage.getItem(KEY)).toContain('"one"');
    await vi.runAllTimersAsync();
    expect(send).toHaveBeenCalledTimes(1);
    expect(localStorage.getItem(KEY)).toBeNull();
    expect(queue.getState()).toMatchObject({ entries: [], status: 'idle' });
  });

  it('sends in order, one at a time', async () => {
    const seen: string[] = [];
    let flying = 0;
    const queue = new SessionQueue(
      KEY,
      portOf(async (entry) => {
        flying += 1;
        expect(flying).toBe(1);
        await new Promise((resolve) => setTimeout(resolve, 20));
        flying -= 1;
        seen.push(entry.id);
        return makeSession();
      }),
    );
    for (const id of ['one', 'two', 'three']) queue.push(answer(id));
    await vi.runAllTimersAsync();
    expect(seen).toEqual(['one', 'two', 'three']);
  });

  it('keeps everything when nobody answers, tries again with growing pauses, and repeats the same entry id', async () => {
    const ids: string[] = [];
    let down = 3;
    const queue = new SessionQueue(
      KEY,
      portOf(async (entry) => {
        ids.push(entry.id);
        if (down > 0) {
          down -= 1;
          throw new NetworkError();
        }
        return makeSession();
      }),
    );
    queue.push(answer('one'));
    await vi.advanceTimersByTimeAsync(10);
    expect(queue.getState()).toMatchObject({ status: 'waiting' });
    expect(queue.getState().entries).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(ids).toEqual(['one', 'one', 'one', 'one']);
    expect(queue.getState().entries).toEqual([]);
  });

  it('takes up after a reload what an earlier page left behind', async () => {
    const offline = new SessionQueue(
      KEY,
      portOf(() => Promise.reject(new NetworkError())),
    );
    offline.push(answer('one'));
    await vi.advanceTimersByTimeAsync(10);

    const seen: QueueEntry[] = [];
    const next = new SessionQueue(
      KEY,
      portOf(async (entry) => {
        seen.push(entry);
        return makeSession();
      }),
    );
    expect(next.getState().entries).toHaveLength(1);
    next.retryNow();
    await vi.advanceTimersByTimeAsync(10);
    expect(seen[0]?.id).toBe('one');
  });

  it('joins what is typed into one entry, but never across a step that may depend on it', async () => {
    const sent: QueueEntry[] = [];
    const queue = new SessionQueue(
      KEY,
      portOf(async (entry) => {
        sent.push(entry);
        return makeSession();
      }),
    );
    queue.push({ kind: 'variables', body: { mailbox: 'a' } });
    queue.push({ kind: 'variables', body: { mailbox: 'ab', device: 'Laptop' } });
    queue.push(answer('one'));
    queue.push({ kind: 'variables', body: { mailbox: 'abc' } });
    queue.push({ kind: 'scratchpad', text: 'x' });
    queue.push({ kind: 'scratchpad', text: 'xy' });
    await vi.runAllTimersAsync();
    expect(sent.map((entry) => entry.kind)).toEqual(['variables', 'step', 'variables', 'scratchpad']);
    expect(sent[0]).toMatchObject({ body: { mailbox: 'ab', device: 'Laptop' } });
    expect(sent[3]).toMatchObject({ text: 'xy' });
  });

  it('drops the steps built on a refused one, keeps other input, and gives the typed text back', async () => {
    const port = portOf(async (entry) => {
      if (entry.kind === 'step')
        throw new ApiError(409, { code: 'step_not_current', detail: { message: 'moved' } });
      return makeSession();
    });
    const queue = new SessionQueue(KEY, port);
    queue.push({
      kind: 'step',
      body: { entry_id: 'one', action: 'done', node_id: 'a', notes: 'I saw this' },
    });
    queue.push(answer('two'));
    queue.push({ kind: 'scratchpad', text: 'stays' });
    await vi.runAllTimersAsync();
    expect(queue.getState().rejection).toMatchObject({ texts: ['I saw this'] });
    expect(queue.getState().rejection?.message).toMatch(/moved on/);
    expect(port.refused).toHaveBeenCalledTimes(1);
    expect(port.acknowledged).toHaveBeenCalledTimes(1);
    expect(queue.getState().entries).toEqual([]);
  });

  it('settles when all is sent, and says so when it cannot', async () => {
    let online = false;
    const queue = new SessionQueue(
      KEY,
      portOf(async () => {
        if (!online) throw new NetworkError();
        return makeSession();
      }),
    );
    queue.push(answer('one'));
    const failing = queue.settled().catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(5);
    expect(await failing).toBeInstanceOf(NetworkError);
    online = true;
    const settled = queue.settled();
    await vi.advanceTimersByTimeAsync(5);
    await expect(settled).resolves.toBeUndefined();
  });

  it('sends an entry that comes in after the last look and before the lock is given back', async () => {
    const sent: string[] = [];
    let late: (() => void) | null = null;
    vi.stubGlobal('navigator', {
      locks: {
        request: async (_name: string, work: () => Promise<void>) => {
          await work();
          // The list was empty a moment ago; the lock is still ours.
          late?.();
          late = null;
          await new Promise((resolve) => setTimeout(resolve, 20));
        },
      },
    });
    const queue = new SessionQueue(
      KEY,
      portOf(async (entry) => {
        sent.push(entry.id);
        return makeSession();
      }),
    );
    late = () => queue.push(answer('late'));
    queue.push(answer('one'));
    await vi.advanceTimersByTimeAsync(200);
    vi.unstubAllGlobals();
    expect(sent).toEqual(['one', 'late']);
    expect(queue.getState()).toMatchObject({ entries: [], status: 'idle' });
  });

  it('waits as long as the server asks', async () => {
    const send = vi
      .fn<QueuePort['send']>()
      .mockRejectedValueOnce(new ApiError(429, { code: 'rate_limited' }, 20))
      .mockResolvedValue(makeSession());
    const queue = new SessionQueue(KEY, portOf(send));
    queue.push(answer('one'));
    await vi.advanceTimersByTimeAsync(19_000);
    expect(send).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(send).toHaveBeenCalledTimes(2);
  });

  it('keeps what was done while the plan is not paid, and sends it afterwards', async () => {
    const send = vi
      .fn<QueuePort['send']>()
      .mockRejectedValueOnce(new ApiError(402, { code: 'subscription_required' }))
      .mockResolvedValue(makeSession());
    const port = portOf(send);
    const queue = new SessionQueue(KEY, port);
    queue.push(answer('one'));
    await vi.advanceTimersByTimeAsync(10);
    expect(queue.getState()).toMatchObject({ status: 'waiting', rejection: null });
    expect(queue.getState().entries).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(send).toHaveBeenCalledTimes(2);
    expect(queue.getState().entries).toEqual([]);
  });

  it('is silent once stopped: no retry is sent, and a late answer changes nothing', async () => {
    let answerLate: () => void = () => undefined;
    const send = vi.fn<QueuePort['send']>(() => Promise.reject(new NetworkError()));
    const waiting = new SessionQueue(KEY, portOf(send));
    waiting.push(answer('one'));
    await vi.advanceTimersByTimeAsync(10);
    expect(waiting.getState()).toMatchObject({ status: 'waiting' });
    waiting.stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(send).toHaveBeenCalledTimes(1);

    localStorage.clear();
    const port = portOf(() => new Promise((resolve) => (answerLate = () => resolve(makeSession()))));
    const sending = new SessionQueue(KEY, port);
    sending.push(answer('two'));
    await vi.advanceTimersByTimeAsync(10);
    sending.stop();
    localStorage.setItem(KEY, JSON.stringify([{ ...answer('three'), id: 'three', at: '' }]));
    answerLate();
    await vi.runAllTimersAsync();
    expect(port.acknowledged).not.toHaveBeenCalled();
    expect(localStorage.getItem(KEY)).toContain('"three"');
  });

  it.each([
    [{ kind: 'scratchpad' as const, text: 'pasted log' }, ['pasted log'], true],
    [{ kind: 'details' as const, body: { ticket_number: '48213', client_name: null } }, ['48213'], true],
    [{ kind: 'variables' as const, body: { temp_password: 'Sun-2291' } }, ['temp_password: Sun-2291'], false],
  ])(
    'gives back what was typed when %o is refused, and shows no value of a variable',
    async (entry, texts, shown) => {
      const refuse = () =>
        Promise.reject(new ApiError(422, { detail: 'too long', code: 'validation_failed' }));
      const queue = new SessionQueue(KEY, portOf(refuse));
      queue.push(entry);
      await vi.runAllTimersAsync();
      expect(queue.getState()).toMatchObject({ entries: [], rejection: { texts, shown } });
    },
  );
});
