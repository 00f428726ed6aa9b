/**
 * The text of an answer while it is being written. What comes in is gathered, and told at most once per frame: a stream
 * brings many small pieces, and drawing each would keep the page busy.
 */
export class AnswerStream {
  private text = '';
  private shown = '';
  private frame: number | null = null;
  private readonly listeners = new Set<() => void>();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  };

  /** What is to be drawn. */
  readonly read = (): string => this.shown;

  push(piece: string): void {
    this.text += piece;
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      this.show();
    });
  }

  /** The answer is whole, or will not come: what was shown makes room. */
  clear(): void {
    if (this.frame !== null) cancelAnimationFrame(this.frame);
    this.frame = null;
    this.text = '';
    this.show();
  }

  private show(): void {
    if (this.shown === this.text) return;
    this.shown = this.text;
    for (const listener of this.listeners) listener();
  }
}
