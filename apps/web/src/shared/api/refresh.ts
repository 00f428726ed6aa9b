/**
 * Rotation revokes the old refresh token at once, so two parallel refreshes would end the login. There is therefore
 * one refresh at a time per tab (a shared promise) and per browser (a Web Lock, where the page is a secure context).
 */
export interface RefreshPort {
  /** The access token this tab holds now; null before the first one, and once the login is over. */
  current: () => string | null;
  /** Resolves once `current` is something else, or when nobody said so for `ms`. */
  changed: (ms: number) => Promise<void>;
  /** Asks the server for a new one; null means the login is over. */
  refresh: () => Promise<string | null>;
}

/** For what a tab says before it lets go of the lock to arrive here: the lock may be faster. Whole only where that tab is gone. */
const NEWS_MS = 3_000;

export function createRefresher(port: RefreshPort) {
  let inFlight: Promise<string | null> | null = null;

  async function run(stale: string | null): Promise<string | null> {
    const once = async () => {
      // Another tab may have refreshed, or learnt that the login is over, and told us.
      const now = port.current();
      return now === stale ? port.refresh() : now;
    };
    if (!('locks' in navigator)) return once();
    let token: string | null = null;
    const free = await navigator.locks.request('rf-refresh', { ifAvailable: true }, async (lock) => {
      if (lock) token = await once();
      return lock !== null;
    });
    if (free) return token;
    return navigator.locks.request('rf-refresh', async () => {
      // A first visit holds none and hears of none.
      if (stale !== null && port.current() === stale) await port.changed(NEWS_MS);
      return once();
    });
  }

  return (stale: string | null): Promise<string | null> => {
    inFlight ??= run(stale).finally(() => {
      inFlight = null;
    });
    return inFlight;
  };
}
