import { useAuth, waitForPresence } from '@/shared/api/auth-session';

const ACTS = ['pointerdown', 'click', 'keydown', 'input', 'wheel', 'touchstart'] as const;
/** Other tabs hear of it this often at most. */
const TELL_EVERY_MS = 15_000;

/**
 * Keeps a sign-in from being renewed by pages alone. The stream of events and whatever else a page asks by itself would
 * renew it every five minutes for as long as a browser is open, and it would never go idle. So one renewal follows what
 * somebody did, here or in another tab; the next waits until they do something again.
 */
export function watchPresence(): () => void {
  // Whoever opened the page is there.
  let active = Date.now();
  let renewed = 0;
  let told = 0;
  const waiting = new Set<() => void>();
  const channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('rf-presence');

  const wake = () => {
    for (const go of waiting) go();
    waiting.clear();
  };
  const note = () => {
    active = Date.now();
    wake();
    if (active - told < TELL_EVERY_MS) return;
    told = active;
    channel?.postMessage('active');
  };
  const shown = () => {
    if (document.visibilityState === 'visible') note();
  };
  channel?.addEventListener('message', () => {
    active = Date.now();
    wake();
  });
  for (const act of ACTS) window.addEventListener(act, note, { capture: true, passive: true });
  document.addEventListener('visibilitychange', shown);
  const unsubscribe = useAuth.subscribe((now, before) => {
    if (now.token === before.token) return;
    renewed = Date.now();
    // Another tab renewed it, or it is over: whoever waits has their answer.
    wake();
  });

  waitForPresence((stale) => {
    if (active >= renewed || useAuth.getState().token !== stale) return Promise.resolve();
    return new Promise((resolve) => waiting.add(resolve));
  });

  return () => {
    waitForPresence(null);
    unsubscribe();
    for (const act of ACTS) window.removeEventListener(act, note, { capture: true });
    document.removeEventListener('visibilitychange', shown);
    channel?.close();
    wake();
  };
}
