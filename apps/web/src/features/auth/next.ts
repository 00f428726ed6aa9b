/** Only paths of this app: a `next` that names another site would make sign-in a redirect for phishers. */
export function safeNext(next: string | null): string {
  return next !== null && /^\/(?![/\\])/.test(next) ? next : '/';
}
