/** Lines a second about callers who are turned away, for each kind of door. */
export const MAX_DENIAL_LINES_PER_SECOND = 100;

/**
 * How many lines a second may be written about strangers, who can send as many requests as they like: past the limit they are only
 * counted, so that no disk fills with them.
 */
export class LineLimit {
  private second = 0;
  private written = 0;
  private suppressed = 0;

  /**
   * @param onSuppressed told how many were left out, as soon as there is room again
   * @param now milliseconds of a clock that never goes back
   */
  constructor(
    private readonly maxPerSecond: number,
    private readonly onSuppressed: (count: number) => void,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Whether one more line may be written now. */
  take(): boolean {
    const second = Math.floor(this.now() / 1000);
    if (second !== this.second) {
      const { suppressed } = this;
      this.second = second;
      this.written = 0;
      this.suppressed = 0;
      if (suppressed > 0) this.onSuppressed(suppressed);
    }
    if (this.written >= this.maxPerSecond) {
      this.suppressed++;
      return false;
    }
    this.written++;
    return true;
  }
}
