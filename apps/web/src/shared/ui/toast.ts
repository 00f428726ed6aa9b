/** Toasts are rare, so their code is fetched with the first one. */
type Kind = 'success' | 'error' | 'info';

let mounted: Promise<typeof import('./toaster')> | null = null;

export function notify(kind: Kind, message: string): void {
  mounted ??= import('./toaster');
  mounted
    .then((toaster) => toaster.show(kind, message))
    .catch(() => {
      // Without the chunk there is no toast; whatever is announced has still happened.
      mounted = null;
    });
}
