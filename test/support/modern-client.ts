import { sendModern } from './answers.js';
import type { TestGateway } from './gateway.js';
import { answerOf } from './raw-http.js';

type Json = Record<string, unknown>;

/** Everything that servers may ask for, as a client of the 2026 era declares it. */
const CAN_ALL = { sampling: {}, elicitation: { form: {}, url: {} }, roots: {} };

export interface ModernRequest {
  readonly method?: string;
  readonly params: Json;
  /** What the client declares with this request. */
  readonly can?: Json;
  readonly key?: string;
}

/** One request of revision 2026-07-28 of a client that can be asked, and its answer. */
export async function askModern(gateway: TestGateway, request: ModernRequest): Promise<Json> {
  const { method = 'tools/call', params, can = CAN_ALL, key = gateway.key() } = request;
  const _meta = { 'io.modelcontextprotocol/clientCapabilities': can };
  return answerOf(await sendModern(gateway.url, key, { method, params: { ...params, _meta } }));
}

/** Params of a tools/call with one argument. */
export function toolParams(name: string, text = 'hello', more: Json = {}): Json {
  return { name, arguments: { text }, ...more };
}

/** The result of an answer. @throws Error when it is an error */
export function memberResult(answer: Json): Json {
  if (answer.result === undefined) throw new Error(JSON.stringify(answer));
  return answer.result as Json;
}

/** The text of its first block. */
export function firstText(answer: Json): string {
  const [block] = memberResult(answer).content as { text: string }[];
  return block?.text ?? '';
}

/** The state with which the client has to come back. @throws Error when the answer asks for nothing */
export function stateOf(answer: Json): string {
  const { resultType, requestState } = memberResult(answer);
  if (resultType !== 'input_required' || typeof requestState !== 'string') throw new Error(JSON.stringify(answer));
  return requestState;
}

/** What the answer asks, as names and requests. */
export function questionsOf(answer: Json): [string, { method: string; params?: Json }][] {
  stateOf(answer);
  return Object.entries(memberResult(answer).inputRequests as Record<string, { method: string; params?: Json }>);
}
