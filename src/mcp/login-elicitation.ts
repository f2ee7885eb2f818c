import { GatewayError } from '../errors.js';
import type { ClientRequest } from './client-request.js';
import { META_CLIENT_CAPABILITIES } from './protocol.js';
import type { MethodResult } from './rpc-response.js';

/** Name of the only request in an `input_required` of the gateway's own. */
const INPUT_NAME = 'login';

/** Whether a client shows links to its user and asks before it opens them ("URL Mode" of elicitation, 2025-11-25 and later). */
export function elicitsUrls(capabilities: unknown): boolean {
  return memberOf(memberOf(capabilities, 'elicitation'), 'url') !== undefined;
}

/**
 * The error that has the client itself ask its user to log in; undefined = the client cannot, or nobody has to log in.
 * Old clients get the link in the text that the model reads.
 */
export function loginElicitation(request: ClientRequest, error: GatewayError): GatewayError | undefined {
  if (error.code !== 'login_required') return undefined;
  const { url, elicitationId, server } = error.data ?? {};
  if (typeof url !== 'string' || typeof elicitationId !== 'string' || !asksForUrls(request)) return undefined;
  request.session?.awaitLogin(elicitationId);
  const message = `Log in, so that your tools may use the server "${String(server)}".`;
  const elicitations = [{ mode: 'url', elicitationId, url, message }];
  return new GatewayError('url_elicitation', error.message, { retryable: true, data: { elicitations } });
}

/** The same for clients of the 2026 era: the call is sent again once the user has answered ("Multi Round-Trip Requests"). */
export function inputRequired({ data }: GatewayError): MethodResult {
  const [elicitation] = data?.elicitations as readonly unknown[];
  return {
    resultType: 'input_required',
    inputRequests: { [INPUT_NAME]: { method: 'elicitation/create', params: elicitation } },
  };
}

function asksForUrls({ era, session, params }: ClientRequest): boolean {
  if (era === '2025') return session?.elicitsUrls === true;
  return elicitsUrls(memberOf(params._meta, META_CLIENT_CAPABILITIES));
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
}
