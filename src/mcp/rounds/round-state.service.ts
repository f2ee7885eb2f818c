import { hkdfSync, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { ConfigStore } from '../../config/config-store.js';
import { hashInConfig } from '../../contracts/client-requests.js';
import type { ServerEntry } from '../../contracts/server-entry.js';
import { GatewayError } from '../../errors.js';
import type { ClientRequest } from '../client-request.js';
import { type RoundPlace, RoundSeal, type RoundState } from './round-seal.js';

const KEY_BYTES = 32;
/** One text for all that can be wrong with it, so that nobody learns which part was. */
const REFUSAL =
  'The requestState is not one of this request, or is too old. Make the request again without requestState and inputResponses.';

/**
 * Seals and opens the states of requests. With ENKRYPT_CACHE_KEY the replicas of a gateway open each other's; without it each process has
 * a key of its own.
 */
@Injectable()
export class RoundStates {
  private sealer: RoundSeal | undefined;

  constructor(private readonly configStore: ConfigStore) {}

  seal(request: ClientRequest, server: ServerEntry, state: RoundState): string {
    return this.current().seal(placeOf(request, server), state, Date.now());
  }

  /** @throws GatewayError invalid_params */
  open(request: ClientRequest, server: ServerEntry, sealed: unknown): RoundState {
    const state = this.current().open(placeOf(request, server), sealed, Date.now());
    if (state === null) throw new GatewayError('invalid_params', REFUSAL);
    return state;
  }

  private current(): RoundSeal {
    this.sealer ??= new RoundSeal(makeKey(this.configStore.current().settings.externalCache?.secret ?? null));
    return this.sealer;
  }
}

function makeKey(secret: string | null): Buffer {
  if (secret === null) return randomBytes(KEY_BYTES);
  return Buffer.from(hkdfSync('sha256', secret, 'secure-mcp-gateway rounds', 'requestState', KEY_BYTES));
}

function placeOf({ principal, method, params }: ClientRequest, server: ServerEntry): RoundPlace {
  const { tenant, keyId } = principal;
  return { tenant, keyId, method, params, server: server.name, configHash: hashInConfig(server.configHash) };
}
