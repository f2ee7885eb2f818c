import { Counter, Gauge, Histogram, type Instrument } from './instruments.js';

/** What the reference counts of tokens (compatibility contract §8.2). Plain numbers where a call counts; no label names a person. */
export class OAuthTotals {
  /** Calls that found a token at hand. */
  hits = 0;
  /** Calls that had to wait for one. */
  misses = 0;
  refreshes = 0;
  /** Tokens that were given up before their end. */
  invalidations = 0;
  expirations = 0;
  /** The owner of the tokens sets this once. */
  active: () => number = () => 0;
  #acquired = 0;

  readonly #failures = new Counter('gateway_oauth_token_failures_total', 'Tokens that could not be had.', ['reason']);
  readonly #duration = new Histogram('gateway_oauth_token_duration_seconds', 'Time that getting a token took.', []);

  acquired(): void {
    this.#acquired++;
  }

  failed(reason: string): void {
    this.#failures.add(1, reason);
  }

  latency(ms: number): void {
    this.#duration.cell().observe(ms / 1000);
  }

  instruments(): readonly Instrument[] {
    const gauge = new Gauge('gateway_oauth_active_tokens', 'Tokens for servers that are in use.');
    gauge.source = this.active;
    return [
      counter('gateway_oauth_token_acquisitions_total', 'Tokens got with client credentials.', this.#acquired),
      counter('gateway_oauth_token_refreshes_total', 'Tokens got with a refresh token.', this.refreshes),
      counter('gateway_oauth_token_cache_hits_total', 'Uses of a token that was at hand.', this.hits),
      counter('gateway_oauth_token_cache_misses_total', 'Uses that had to wait for a token.', this.misses),
      counter('gateway_oauth_token_invalidations_total', 'Tokens given up before their end.', this.invalidations),
      counter('gateway_oauth_token_expirations_total', 'Tokens that ended before they were renewed.', this.expirations),
      this.#failures,
      this.#duration,
      gauge,
    ];
  }
}

function counter(name: string, help: string, value: number): Instrument {
  return { kind: 'counter', name, help, labelNames: [], samples: () => [{ labels: [], value }] };
}
