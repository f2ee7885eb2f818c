/** Shape of every answer of the admin API, errors included (that of the reference's API). */
export interface Envelope<T> {
  readonly message: string;
  readonly data: T;
  /** ISO 8601, UTC. */
  readonly timestamp: string;
}

/** Wraps an answer. */
export function envelope<T>(message: string, data: T): Envelope<T> {
  return { message, data, timestamp: new Date().toISOString() };
}
