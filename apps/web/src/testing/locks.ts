import { onTestFinished } from 'vitest';

/** Web Locks for the one name there is, as far as they are used. */
class Locks {
  private tail: Promise<unknown> = Promise.resolve();
  private held = 0;

  async request(_name: string, ...rest: unknown[]): Promise<unknown> {
    const work = rest.at(-1) as (lock: object | null) => unknown;
    if (rest.length === 2 && this.held > 0) return work(null);
    this.held += 1;
    const turn = this.tail.then(() => work({}));
    this.tail = turn.then(
      () => (this.held -= 1),
      () => (this.held -= 1),
    );
    return turn;
  }
}

/** Gives the page Web Locks, which the test environment has none of, until the test ends. */
export function withLocks(): Locks {
  const locks = new Locks();
  Object.defineProperty(navigator, 'locks', { value: locks, configurable: true });
  onTestFinished(() => void Reflect.deleteProperty(navigator, 'locks'));
  return locks;
}
