import { hash } from 'node:crypto';

/** A definition of a server that somebody may decide about. */
export interface PinAddress {
  readonly config: string;
  readonly server: string;
  readonly key: string;
  /** Of the definition itself: the id of another definition of the same tool is another one. */
  readonly hash: string;
}

/** Short name of one definition for commands and the admin API. What is approved by it is exactly what was shown under it. */
export function pinId({ config, server, key, hash: definition }: PinAddress): string {
  return hash('sha256', [config, server, key, definition].join('\0'), 'hex').slice(0, 16);
}
