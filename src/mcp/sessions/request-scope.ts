import { GatewayError } from '../../errors.js';
import { Deadline } from './deadline.js';

/** Life of one client request: one signal, fed by the deadline of the call under way, by the client's cancel and by shutdown. */
export class RequestScope extends Deadline {
  cancel(reason: string): void {
    this.abortable.abort(new GatewayError('cancelled', reason));
  }
}
