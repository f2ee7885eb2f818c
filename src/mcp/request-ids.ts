import { randomBytes } from 'node:crypto';

/** Ids of requests for the audit log and error envelopes: unique across processes, cheap to make. */
export class RequestIds {
  private readonly prefix = randomBytes(9).toString('base64url');
  private count = 0;

  next(): string {
    return `${this.prefix}-${(++this.count).toString(36)}`;
  }
}
