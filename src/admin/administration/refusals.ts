import { HttpException } from '@nestjs/common';
import { AdministrationError, type RefusedBecause } from '../../config/administration/administration-error.js';
import { GatewayError } from '../../errors.js';
import { StoreUnavailableError } from '../../config/store-unavailable-error.js';
import { envelope } from '../envelope.js';

const STATUSES: Readonly<Record<RefusedBecause, number>> = {
  not_found: 404,
  conflict: 409,
  invalid: 422,
  forbidden: 403,
  revision_mismatch: 412,
};

/** Why an operation was not done: one word for the audit log, and what its caller is told. */
export interface Refusal {
  readonly reason: string;
  readonly answer: HttpException;
}

/** null = a fault of the gateway, which is told as such. */
export function refusalOf(error: unknown): Refusal | null {
  if (error instanceof AdministrationError) return refusal(error.reason, STATUSES[error.reason], error.message);
  if (error instanceof StoreUnavailableError) return unavailable(error);
  if (!(error instanceof GatewayError) || error.code !== 'config_invalid') return null;
  // Another writer holds the file.
  if (error.retryable) return refusal('busy', 503, 'The config is being written by others. Try again.');
  // The first line names the file of the operator, which callers have no use for.
  const [first = '', ...problems] = error.message.split('\n');
  if (!first.includes('it would not load')) return null;
  const message = ['The config would not load:', ...problems].join('\n');
  return refusal('invalid', 422, message);
}

/** The message of the store names its place, which callers have no use for. */
function unavailable({ outcomeUnknown }: StoreUnavailableError): Refusal {
  const message = outcomeUnknown
    ? 'The database went away while the change was being written: whether it was made is not known. Look before you repeat it.'
    : 'The database cannot be used now. Nothing was changed. Try again.';
  return refusal('store_unavailable', 503, message);
}

function refusal(reason: string, status: number, message: string): Refusal {
  return { reason, answer: new HttpException(envelope(message, null), status) };
}
