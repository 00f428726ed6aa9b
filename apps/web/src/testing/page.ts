import { vi } from 'vitest';

/** The browser's frames: what was asked to be drawn is drawn when the test says so. */
export class Frames {
  private readonly waiting = new Map<number, () => void>();
  private last = 0;

  constructor() {
    vi.stubGlobal('requestAnimationFrame', (draw: () => void) => {
      this.last += 1;
      this.waiting.set(this.last, draw);
      return this.last;
    });
    vi.stubGlobal('cancelAnimationFrame', (frame: number) => this.waiting.delete(frame));
  }

  draw(): void {
    const now = [...this.waiting.values()];
    this.waiting.clear();
    for (const draw of now) draw();
  }
}

/** What the browser says of what is watched: whether it is in sight. */
export class Sight {
  private readonly watched: Element[] = [];
  private say: (entries: { target: Element; isIntersecting: boolean }[]) => void = () => undefined;

  constructor() {
    const { watched } = this;
    const hear = (say: Sight['say']) => {
      this.say = say;
    };
    vi.stubGlobal(
      'IntersectionObserver',
      class {
        constructor(say: Sight['say']) {
          hear(say);
        }
        observe(target: Element) {
          watched.push(target);
        }
        unobserve(target: Element) {
          watched.splice(watched.indexOf(target), 1);
        }
        disconnect() {}
      },
    );
  }

  tell(isIntersecting: boolean): void {
    this.say(this.watched.map((target) => ({ target, isIntersecting })));
  }
}
