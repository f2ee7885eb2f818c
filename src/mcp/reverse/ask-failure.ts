/** Why a server got no answer of the client. Each is told to the server by its code, and to the audit log by its name. */
export type AskFailureReason =
  | 'not_declared'
  | 'invalid_request'
  | 'no_client'
  | 'too_many'
  | 'client_timeout'
  | 'client_gone'
  | 'cancelled'
  | 'blocked_request'
  | 'blocked_answer'
  | 'guardrail_unavailable';

/** Own codes stay within -32000..-32019, as in the table of errors to clients. */
const CODES: Readonly<Record<AskFailureReason, readonly [code: number, message: string]>> = {
  not_declared: [-32601, 'The client declared no such capability to this server.'],
  invalid_request: [-32602, 'The request is not one that this client takes.'],
  no_client: [
    -32014,
    'No client can be asked: none of its streams is open, or it cannot be told whose request this is.',
  ],
  too_many: [-32013, 'The client has too many requests to answer.'],
  client_timeout: [-32015, 'The client did not answer in time.'],
  client_gone: [-32014, 'The client went away.'],
  cancelled: [-32603, 'The request was cancelled.'],
  blocked_request: [-32011, 'The request was blocked by a guardrail; the client has not seen it.'],
  blocked_answer: [-32011, 'The answer was blocked by a guardrail.'],
  guardrail_unavailable: [-32012, 'The request or its answer could not be checked.'],
};

/** A request of a server that came to nothing. */
export class AskFailure extends Error {
  readonly rpcCode: number;

  constructor(
    readonly reason: AskFailureReason,
    message: string = CODES[reason][1],
  ) {
    super(message);
    this.name = 'AskFailure';
    this.rpcCode = CODES[reason][0];
  }
}
