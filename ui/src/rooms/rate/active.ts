/** Active minutes after which a break is suggested. */
export const BREAK_AFTER_MS = 50 * 60_000;
/** Away for so long, one has had a break. */
export const BREAK_MS = 5 * 60_000;

/**
 * How long a person works on each output. Time passes while there are signs of
 * life; after one, it counts on for the idle limit at most. Kept in memory until
 * the next change of that output takes it along to the store.
 */
export class Stopwatch {
  private last: number | null = null;
  private seen: number | null = null;
  private output: string | null = null;
  private limit = 30_000;
  private readonly unsent = new Map<string, number>();
  private sinceBreak = 0;

  /** `now` in milliseconds, never going back. */
  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Work goes on with another output, or with none. `limit` in milliseconds. */
  open(output: string | null, limit: number): void {
    this.settle();
    this.output = output;
    this.limit = limit;
    this.touch();
  }

  /** A sign of life. */
  touch(): void {
    this.settle();
    const now = this.now();
    if (this.seen !== null && now - this.seen >= BREAK_MS) this.sinceBreak = 0;
    this.last = this.seen = now;
  }

  /** The window is hidden or left: nothing counts until the next sign of life. */
  pause(): void {
    this.settle();
    if (this.last !== null) this.seen = this.now();
    this.last = null;
  }

  /** What has passed on an output since it was last taken, in whole milliseconds. */
  take(output: string): number {
    this.settle();
    const whole = Math.round(this.unsent.get(output) ?? 0);
    this.unsent.delete(output);
    return whole;
  }

  /** What was taken could not be kept: it goes with the next change. */
  giveBack(output: string, ms: number): void {
    this.unsent.set(output, (this.unsent.get(output) ?? 0) + ms);
  }

  /** Active milliseconds on any output since the last break. */
  get working(): number {
    return this.sinceBreak;
  }

  /** A break was taken, or put off: counting begins anew. */
  rested(): void {
    this.settle();
    this.sinceBreak = 0;
  }

  private settle(): void {
    if (this.last === null) return;
    const now = this.now();
    const gap = Math.min(now - this.last, this.limit);
    // What lies beyond the limit is not counted later either.
    this.last = now - this.last > this.limit ? null : now;
    if (this.output === null || gap <= 0) return;
    this.giveBack(this.output, gap);
    this.sinceBreak += gap;
  }
}

/** One for the window: leaving the room for another doesn't end a working session. */
export const watch = new Stopwatch();
