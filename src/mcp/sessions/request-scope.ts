import { GatewayError } from '../../errors.js';
import type { Arrival } from '../../telemetry/arrival.js';
import { Deadline } from './deadline.js';

/** Life of one client request: one signal, fed by the deadline of the call under way, by the client's cancel and by shutdown. */
export class RequestScope extends Deadline {
  /** @param arrival kept while traces are made */
  constructor(readonly arrival?: Arrival) {
    super();
  }

  /** For a client that does not want the answer any more. */
  cancel(reason: string): void {
    this.abortable.abort(new GatewayError('cancelled', reason));
  }

  /** The client still waits: it is told. */
  endWithSession(reason: string): void {
    this.abortable.abort(new GatewayError('session_unknown', reason));
  }
}

/** Whether the request as a whole is over, and not only the call under way in it. */
export function endsRequest({ code }: GatewayError): boolean {
  return code === 'cancelled' || code === 'session_unknown';
}
