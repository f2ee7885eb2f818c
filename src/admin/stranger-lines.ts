const WINDOW_MS = 60_000;
const MAX_PER_WINDOW = 20;

/**
 * Which refused requests of strangers get a line of their own: the first of each minute. The others are counted, and the count becomes one
 * line at the end of the minute, so that a flood costs a few megabytes a day however large it is.
 */
export class StrangerLines {
  private taken = 0;
  private suppressed = 0;
  private timer: NodeJS.Timeout | undefined;

  /** @param onSuppressed told how many were left out, once the minute is over */
  constructor(
    private readonly onSuppressed: (count: number) => void,
    private readonly windowMs = WINDOW_MS,
  ) {}

  /** Whether one more line may be written now. */
  take(): boolean {
    this.timer ??= setTimeout(() => {
      this.endWindow();
    }, this.windowMs).unref();
    if (this.taken < MAX_PER_WINDOW) {
      this.taken++;
      return true;
    }
    this.suppressed++;
    return false;
  }

  /** Tells of what is left. */
  close(): void {
    clearTimeout(this.timer);
    this.endWindow();
  }

  private endWindow(): void {
    const { suppressed } = this;
    this.timer = undefined;
    this.taken = 0;
    this.suppressed = 0;
    if (suppressed > 0) this.onSuppressed(suppressed);
  }
}
