import { useEffect, useState } from 'react';

import { refreshNow, useAuth } from '@/shared/api/auth-session';

import { expiryWarning, type ExpiryWarning } from './expiry';
import { watchPresence } from './presence';

const LOOK_AGAIN_MS = 30_000;

/**
 * Looks every 30 seconds, and at once when the page comes back into view: timers of hidden pages are slowed down.
 * When the end has come the server is asked: it alone knows, and its answer leads to the sign-in page and its banner.
 */
export function useExpiryWarning(): ExpiryWarning {
  const idle = useAuth((s) => s.idleExpiresAt);
  const absolute = useAuth((s) => s.absoluteExpiresAt);
  const [now, setNow] = useState(() => Date.now());
  useEffect(watchPresence, []);
  useEffect(() => {
    const look = () => {
      setNow(Date.now());
      if (expiryWarning(Date.now(), idle, absolute).level !== 'now') return;
      // Without the network the next look asks again.
      refreshNow(useAuth.getState().token).catch(() => undefined);
    };
    const timer = setInterval(look, LOOK_AGAIN_MS);
    document.addEventListener('visibilitychange', look);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', look);
    };
  }, [idle, absolute]);
  return expiryWarning(now, idle, absolute);
}
