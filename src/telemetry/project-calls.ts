import { MAX_SERIES, type Instrument } from './instruments.js';

/** A user who called within this time counts as active. */
const ACTIVE_MS = 5 * 60_000;
/** Users that are remembered; past that the one who was silent for longest is forgotten. */
const MAX_USERS = 10_000;
const OTHER = 'other';

/** Calls by project, and who called lately. The users are counted and never named. */
export class ProjectCalls {
  /** Calls that found no series of their own. */
  overflowed = 0;
  readonly #calls = new Map<string, Map<string, number>>();
  readonly #lastCalls = new Map<string, number>();

  ended(project: string, user: string, outcome: string): void {
    const calls = this.#calls.get(project) ?? this.#add(project);
    calls.set(outcome, (calls.get(outcome) ?? 0) + 1);
    const known = this.#lastCalls.get(user);
    const now = performance.now();
    // A map keeps the order of insertion: moving somebody to its end once a second is often enough to find the silent ones.
    if (known !== undefined && now - known < 1_000) return;
    this.#lastCalls.delete(user);
    this.#lastCalls.set(user, now);
    if (this.#lastCalls.size > MAX_USERS) this.#forgetOldest();
  }

  instruments(): readonly Instrument[] {
    return [
      {
        kind: 'counter',
        name: 'gateway_project_calls_total',
        help: 'Tool calls by project and outcome.',
        labelNames: ['project_id', 'outcome'],
        samples: () =>
          [...this.#calls].flatMap(([project, calls]) =>
            [...calls].map(([outcome, value]) => ({ labels: [project, outcome], value })),
          ),
      },
      {
        kind: 'gauge',
        name: 'enkrypt_active_users',
        help: 'Users who called a tool within the last five minutes.',
        labelNames: [],
        samples: () => [{ labels: [], value: this.#activeUsers() }],
      },
    ];
  }

  #activeUsers(): number {
    const since = performance.now() - ACTIVE_MS;
    for (const [user, at] of this.#lastCalls) {
      if (at >= since) break;
      this.#lastCalls.delete(user);
    }
    return this.#lastCalls.size;
  }

  #forgetOldest(): void {
    for (const user of this.#lastCalls.keys()) {
      this.#lastCalls.delete(user);
      return;
    }
  }

  #add(project: string): Map<string, number> {
    const isFull = this.#calls.size >= MAX_SERIES;
    if (isFull) this.overflowed++;
    const name = isFull ? OTHER : project;
    let calls = this.#calls.get(name);
    if (calls === undefined) this.#calls.set(name, (calls = new Map<string, number>()));
    return calls;
  }
}
