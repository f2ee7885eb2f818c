/** Requests that may wait for a slot, for each slot there is. */
const WAITING_PER_SLOT = 8;

/** Bounds the requests under way at one provider. Those that wait are served in the order in which they came. */
export class RequestSlots {
  readonly #max: number;
  readonly #waiting: (() => void)[] = [];
  #used = 0;

  constructor(max: number) {
    this.#max = max;
  }

  /** True when there is neither a slot nor a place in the queue. */
  get isFull(): boolean {
    return this.#used >= this.#max && this.#waiting.length >= this.#max * WAITING_PER_SLOT;
  }

  /** Calls back once there is a slot, at once if possible. The returned function gives the slot, or the place in the queue, up. */
  take(ready: () => void): () => void {
    let state: 'waiting' | 'held' | 'over' = 'waiting';
    const start = (): void => {
      this.#used++;
      state = 'held';
      ready();
    };
    if (this.#used < this.#max) start();
    else this.#waiting.push(start);
    return () => {
      if (state === 'waiting') this.#waiting.splice(this.#waiting.indexOf(start), 1);
      if (state === 'held') {
        this.#used--;
        this.#waiting.shift()?.();
      }
      state = 'over';
    };
  }
}
