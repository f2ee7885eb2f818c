import { GatewayError } from '../errors.js';

/** What keeps the config cannot be reached, or does not answer in time. The message is safe to show: it holds no credentials. */
export class StoreUnavailableError extends GatewayError {
  /** @param outcomeUnknown whether what was asked was done is not known */
  constructor(
    message: string,
    readonly outcomeUnknown = false,
  ) {
    // No cause: what a driver tells of a failure can hold rows, and with them secrets.
    super('overloaded', message, { retryable: true });
    this.name = 'StoreUnavailableError';
  }
}
