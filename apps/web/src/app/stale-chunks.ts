const KEY = 'rf.reloaded-for-chunk';

/**
 * After an upgrade an open tab asks for chunks that are gone. Loading the page anew brings the new names; once only,
 * so that a server that is really broken does not reload for ever.
 */
export function watchStaleChunks(): void {
  window.addEventListener('vite:preloadError', (event) => {
    try {
      if (sessionStorage.getItem(KEY) !== null) return;
      sessionStorage.setItem(KEY, '1');
    } catch {
      return;
    }
    event.preventDefault();
    window.location.reload();
  });
  // The flag goes once the page has proved to work.
  setTimeout(() => {
    try {
      sessionStorage.removeItem(KEY);
    } catch {
      // Without storage there was no flag.
    }
  }, 10_000);
}
