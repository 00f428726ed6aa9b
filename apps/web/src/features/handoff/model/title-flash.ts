const FLASH_MS = 1_000;

let stop: (() => void) | null = null;

/**
 * Says in the tab's title that something waits, until somebody looks. The page's own title and the message take turns;
 * for whoever asked for less motion the message stands still in front of it.
 */
export function flashTitle(message: string): void {
  if (document.visibilityState === 'visible') return;
  stop?.();
  const own = document.title;
  const still = typeof matchMedia === 'function' && matchMedia('(prefers-reduced-motion: reduce)').matches;
  document.title = still ? `${message} · ${own}` : message;
  let shown = document.title;
  const timer = still
    ? undefined
    : setInterval(() => {
        shown = shown === message ? own : message;
        document.title = shown;
      }, FLASH_MS);
  const looked = () => {
    if (document.visibilityState === 'visible') stop?.();
  };
  document.addEventListener('visibilitychange', looked);
  stop = () => {
    clearInterval(timer);
    document.removeEventListener('visibilitychange', looked);
    // A page that was opened meanwhile has set its own.
    if (document.title === shown) document.title = own;
    stop = null;
  };
}
