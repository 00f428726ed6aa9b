import { beforeEach, expect, test, vi } from 'vitest';

import { withLocks } from '@/testing/locks';

import { createRefresher } from './refresh';

/** A tab that hears of another's token only when it is told. */
function tab(token: string | null, answer: () => Promise<string | null>) {
  let current = token;
  const waiting = new Set<() => void>();
  const refresh = vi.fn<() => Promise<string | null>>(async () => (current = await answer()));
  return {
    refresh,
    waits: () => waiting.size > 0,
    hear(news: string | null) {
      current = news;
      for (const go of waiting) go();
    },
    ask: createRefresher({
      current: () => current,
      changed: () => new Promise((resolve) => waiting.add(resolve)),
      refresh,
    }),
  };
}

beforeEach(() => void withLocks());

for (const outcome of ['new', null]) {
  test(`the news of another tab is waited for, also when the lock is faster: ${outcome ?? 'the end'}`, async () => {
    const first = tab('old', async () => outcome);
    const second = tab('old', async () => 'asked twice');
    const answers = [first.ask('old'), second.ask('old')];
    expect(await answers[0]).toBe(outcome);
    await vi.waitFor(() => expect(second.waits()).toBe(true));
    second.hear(outcome);
    expect(await answers[1]).toBe(outcome);
    expect(second.refresh).not.toHaveBeenCalled();
  });
}

test('a first visit asks, though it holds no token', async () => {
  const only = tab(null, async () => 'new');
  expect(await only.ask(null)).toBe('new');
  expect(only.refresh).toHaveBeenCalledTimes(1);
});

test('where the other tab could not reach the server, this one asks itself', async () => {
  const first = tab('old', async () => Promise.reject(new Error('no connection')));
  const second = tab('old', async () => 'new');
  const answers = [first.ask('old'), second.ask('old')];
  await expect(answers[0]).rejects.toThrow('no connection');
  // Nobody says anything, until it has waited long enough.
  await vi.waitFor(() => expect(second.waits()).toBe(true));
  second.hear('old');
  expect(await answers[1]).toBe('new');
});
