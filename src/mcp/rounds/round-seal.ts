import { z } from 'zod';
import { EntrySeal } from '../../cache/external/entry-seal.js';
import { digestParams } from './params-digest.js';

/** How long a client may take. */
export const STATE_MS = 600_000;
/** Of a sealed one: the largest that is made, and some more. */
const MAX_CHARS = 512 * 1024;

/** Names and schemas as a list: a name of a server's must not become a member of an object here. */
const stateSchema = z.strictObject({
  expires: z.number(),
  state: z.string().optional(),
  asked: z.array(z.tuple([z.string(), z.unknown()])),
  call: z.string().optional(),
});

/** What the next round needs. */
export interface RoundState {
  /** The server's own. */
  readonly state?: string | undefined;
  /** Names of what it asked, with the JSON Schemas of the answers. */
  readonly asked: readonly (readonly [string, unknown])[];
  /** Id of the call of this gateway that waits; absent = nobody does, and the call is made again. */
  readonly call?: string | undefined;
}

/** What a state is good for, and for nothing else. */
export interface RoundPlace {
  readonly tenant: string;
  readonly keyId: string;
  readonly method: string;
  /** As the client sent them; what belongs to the round does not count. */
  readonly params: Readonly<Record<string, unknown>>;
  readonly server: string;
  readonly configHash: string;
}

/** The `requestState` that clients see: AES-256-GCM with its place as additional data, good for ten minutes. */
export class RoundSeal {
  readonly #seal: EntrySeal;

  /** @param key 32 bytes */
  constructor(key: Buffer) {
    this.#seal = new EntrySeal(key);
  }

  /** @param now epoch milliseconds */
  seal(place: RoundPlace, state: RoundState, now: number): string {
    return this.#seal.seal(nameOf(place), JSON.stringify({ ...state, expires: now + STATE_MS }));
  }

  /** Null = it was not sealed for this place with this key, or too long ago. */
  open(place: RoundPlace, sealed: unknown, now: number): RoundState | null {
    if (typeof sealed !== 'string' || sealed.length > MAX_CHARS) return null;
    const bytes = this.#seal.open(nameOf(place), sealed);
    if (bytes === null) return null;
    const { expires, ...state } = stateSchema.parse(JSON.parse(bytes.toString('utf8')));
    return expires < now ? null : state;
  }
}

/** As JSON, so that no two lists of parts give the same name. */
function nameOf({ tenant, keyId, method, params, server, configHash }: RoundPlace): string {
  return JSON.stringify([tenant, keyId, method, digestParams(params), server, configHash]);
}
