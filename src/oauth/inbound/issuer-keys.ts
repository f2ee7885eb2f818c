import type { Logger } from 'pino';
import type { TokenIssuer } from '../../config/inbound-oauth.js';
import { GatewayError, toGatewayError } from '../../errors.js';
import { fetchKeySet } from './issuer-metadata.js';
import { KeySet } from './key-set.js';

/** Age at which the keys are fetched again, while the old ones serve. A key that its issuer withdrew is taken for this much longer. */
const FRESH_MS = 10 * 60_000;
/** How long keys serve while their issuer cannot be reached. */
const STALE_MS = 24 * 60 * 60_000;
/** Between two fetches for the sake of unknown keys: anybody can name one. */
const COOLDOWN_MS = 30_000;
/** Between two fetches while there are no keys at all. */
const RETRY_MS = 2_000;

/** The keys of one issuer: fetched when first needed, kept, and fetched again when they are old or a token names another. */
export class IssuerKeys {
  /** Changes when the keys do: what was verified before may have been signed with one that is gone. */
  generation = 0;
  private set: KeySet | null = null;
  private loadedAt = -Infinity;
  private attemptedAt = -Infinity;
  private loading: Promise<void> | null = null;

  /** @param timeoutMs bound on everything that one refresh takes */
  constructor(
    private readonly issuer: TokenIssuer,
    private readonly timeoutMs: () => number,
    private readonly log: Logger,
  ) {}

  /**
   * The keys, of which one is called `kid` if the issuer has such a one.
   * @throws GatewayError overloaded when there are no keys to judge with
   */
  async forToken(kid: string | undefined): Promise<KeySet> {
    const usable = this.usable();
    const isUnknown = usable?.printOf(kid) === undefined;
    if (isUnknown && (this.loading !== null || this.mayLoad(usable === null ? RETRY_MS : COOLDOWN_MS)))
      await this.load();
    else this.refreshWhenOld();
    const set = this.usable();
    if (set !== null) return set;
    throw new GatewayError('overloaded', 'Access tokens cannot be checked at the moment.', { retryable: true });
  }

  /** Whether a key with this material is still the issuer's. */
  holds(kid: string | undefined, print: string): boolean {
    return this.usable()?.printOf(kid) === print;
  }

  /** Starts a refresh behind the scenes; costs a comparison when there is nothing to do. */
  refreshWhenOld(): void {
    if (Date.now() - this.loadedAt > FRESH_MS && this.loading === null && this.mayLoad(COOLDOWN_MS)) void this.load();
  }

  private usable(): KeySet | null {
    return Date.now() - this.loadedAt > STALE_MS ? null : this.set;
  }

  private mayLoad(pauseMs: number): boolean {
    return Date.now() - this.attemptedAt >= pauseMs;
  }

  /** One at a time; never rejects. */
  private load(): Promise<void> {
    this.loading ??= this.read().finally(() => {
      this.loading = null;
    });
    return this.loading;
  }

  private async read(): Promise<void> {
    this.attemptedAt = Date.now();
    try {
      const set = await KeySet.read(await fetchKeySet(this.issuer, this.timeoutMs()));
      if (set.printOf(undefined) !== this.set?.printOf(undefined)) {
        this.set = set;
        this.generation++;
      }
      this.loadedAt = Date.now();
    } catch (cause) {
      const { code, message } = toGatewayError(cause);
      const serves = this.usable() === null ? 'none' : 'old';
      this.log.warn({ event: 'issuer_keys_unavailable', issuer: this.issuer.issuer, code, reason: message, serves });
    }
  }
}
