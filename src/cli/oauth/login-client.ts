import { endpointOf } from '../../config/oauth-urls.js';
import { GatewayError } from '../../errors.js';
import { guardedFetch } from '../../safe-fetch.js';
import { type KeySource, readGatewayKey } from '../clients/gateway-key.js';
import type { CliIo } from '../cli-io.js';

const MAX_ANSWER_BYTES = 1024 * 1024;
const DEADLINE_MS = 60_000;

/** Options of every command here. */
export interface GatewayOptions extends KeySource {
  readonly url: string;
}

/** A login or a token of the gateway, as `/oauth/tokens` tells it. */
export interface TokenLine {
  readonly server: string;
  readonly grant: string;
  readonly place: 'gateway' | 'loopback' | 'elsewhere' | null;
  readonly state: string;
  readonly scopes: readonly string[];
  readonly expires_at: string | null;
  readonly refreshable: boolean;
  readonly last_error: string | null;
}

export interface BegunLogin {
  readonly id: string;
  readonly url: string | null;
  readonly redirect_uri: string;
  readonly expires_at: string;
}

/** Speaks to a running gateway as the person whose key it is. */
export class LoginClient {
  readonly #base: URL;
  readonly #key: string;

  private constructor(base: URL, key: string) {
    this.#base = base;
    this.#key = key;
  }

  /** @throws GatewayError config_invalid */
  static async open({ url, ...source }: GatewayOptions, io: CliIo): Promise<LoginClient> {
    const key = await readGatewayKey(source, { environment: process.env, stdin: process.stdin, stderr: io.stderr });
    return new LoginClient(new URL(url), key);
  }

  /** Whether the gateway is on this machine. */
  get isLocal(): boolean {
    return /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(this.#base.hostname);
  }

  async tokens(): Promise<readonly TokenLine[]> {
    return ((await this.#ask('GET', '/oauth/tokens')) as { tokens: readonly TokenLine[] }).tokens;
  }

  /** @param direct the answer is brought by this client, not by the browser */
  async begin(server: string, direct: boolean): Promise<BegunLogin> {
    return (await this.#ask('POST', '/oauth/logins', { server, direct })) as BegunLogin;
  }

  async outcome(id: string): Promise<{ readonly state: string; readonly message?: string }> {
    return (await this.#ask('GET', `/oauth/logins/${id}`)) as { state: string; message?: string };
  }

  async answer(answer: string): Promise<void> {
    await this.#ask('POST', '/oauth/logins/answer', { answer });
  }

  async giveUp(server: string): Promise<{ readonly removed: boolean; readonly revoked: boolean }> {
    const path = `/oauth/tokens/${encodeURIComponent(server)}`;
    return (await this.#ask('DELETE', path)) as { removed: boolean; revoked: boolean };
  }

  /** @throws GatewayError with the words of the gateway */
  async #ask(method: string, path: string, body?: unknown): Promise<unknown> {
    const client = guardedFetch({
      // The person has named it.
      allowedHosts: new Set([endpointOf(this.#base)]),
      maxResponseBytes: MAX_ANSWER_BYTES,
      deadlineMs: DEADLINE_MS,
    });
    try {
      const response = await client
        .fetch(new URL(path, this.#base), {
          method,
          headers: { apikey: this.#key, ...(body !== undefined && { 'content-type': 'application/json' }) },
          ...(body !== undefined && { body: JSON.stringify(body) }),
        })
        .catch((cause: unknown) => {
          const what = `No gateway answers at ${this.#base.origin}. Start it, or name another with --url.`;
          throw new GatewayError('upstream_unavailable', what, { cause });
        });
      const answer: unknown = await response.json().catch(() => null);
      if (response.ok) return answer;
      const message = (answer as { message?: unknown } | null)?.message;
      const what = typeof message === 'string' ? message : `HTTP ${String(response.status)}: is this a gateway?`;
      throw new GatewayError('upstream_unavailable', what);
    } finally {
      await client.close();
    }
  }
}
