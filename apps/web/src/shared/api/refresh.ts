/**
 * Rotation revokes the old refresh token at once, so two parallel refreshes would end the login. There is therefore
 * one refresh at a time per tab (a shared promise) and per browser (a Web Lock, where the page is a secure context).
 */
export interface RefreshPort {
  /** The access token this tab holds now. */
  current: () => string | null;
  /** Asks the server for a new one; null means the login is over. */
  refresh: () => Promise<string | null>;
}

export function createRefresher(port: RefreshPort) {
  let inFlight: Promise<string | null> | null = null;

  async function run(stale: string | null): Promise<string | null> {
    const once = async () => {
      // Another tab may have refreshed, and told us, while we waited for the lock.
      const now = port.current();
      return now !== null && now !== stale ? now : port.refresh();
    };
    return 'locks' in navigator ? navigator.locks.request('rf-refresh', once) : once();
  }

  return (stale: string | null): Promise<string | null> => {
    inFlight ??= run(stale).finally(() => {
      inFlight = null;
    });
    return inFlight;
  };
}
