import { BroadcastChannel as NodeChannel } from 'node:worker_threads';

import { expect, it, vi } from 'vitest';

import { keepLive } from './keep-live';
import { useLive } from './live';

it('asks anew when it joins the stream of another tab, which told of what happened before', async () => {
  vi.stubGlobal('BroadcastChannel', NodeChannel);
  // Another tab has the lock for as long as this one is open.
  const locks = { request: () => new Promise<void>(() => undefined) };
  Object.defineProperty(navigator, 'locks', { value: locks, configurable: true });
  useLive.setState({ status: 'connecting' });
  const reader = new NodeChannel('rf-live-user');
  reader.onmessage = () => reader.postMessage({ kind: 'status', status: 'open' });
  const refresh = vi.fn<() => void>();
  const stop = keepLive('user', refresh);
  await vi.waitFor(() => expect(refresh).toHaveBeenCalledTimes(1));
  expect(useLive.getState().status).toBe('open');
  stop();
  reader.close();
});
