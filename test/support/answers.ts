import { answerOf, credential, type RawResponse, send } from './raw-http.js';

type Json = Record<string, unknown>;

/** What the client is shown of a tools/call: the result, or null for a JSON-RPC error. */
export function resultOf(answer: Json): { content: Json[]; isError: boolean; structuredContent: Json } | null {
  const result = answer.result as Json | undefined;
  if (result === undefined) return null;
  return {
    content: (result.content ?? []) as Json[],
    isError: result.isError === true,
    structuredContent: (result.structuredContent ?? {}) as Json,
  };
}

/** The text of the first content block; of a JSON-RPC error its code and message. */
export function textOf(answer: Json): string {
  const result = resultOf(answer);
  if (result !== null) return typeof result.content[0]?.text === 'string' ? result.content[0].text : '';
  const { code, message } = answer.error as { code: number; message: string };
  return `error ${String(code)}: ${message}`;
}

/** The first element of `results` of enkrypt_secure_call_tools. */
export function elementOf(answer: Json): Json {
  const results = (resultOf(answer)?.structuredContent.results ?? []) as Json[];
  const [first] = results;
  if (first === undefined) throw new Error(`no result element: ${JSON.stringify(answer).slice(0, 500)}`);
  return first;
}

/** The arguments of enkrypt_secure_call_tools for one call. */
export function secureCall(server: string, tool: string, args: Json): Json {
  return { server_name: server, tool_calls: [{ name: tool, args }] };
}

export const JSON_HEADERS = ['Content-Type', 'application/json', 'Accept', 'application/json, text/event-stream'];

const ENVELOPE = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
  'io.modelcontextprotocol/clientInfo': { name: 'raw', version: '1' },
};

/** One stateless request of revision 2026-07-28, as it comes over the wire. */
export function sendModern(
  url: string,
  key: string,
  request: { readonly id?: string | number; readonly method: string; readonly params: Json },
): Promise<RawResponse> {
  const { id = 1, method, params } = request;
  const meta = { ...ENVELOPE, ...(params._meta as Json | undefined) };
  // The 2026 era repeats the target in a header: the name, or the URI of a resource that is read.
  const target = method === 'resources/read' ? params.uri : params.name;
  const name = typeof target === 'string' ? ['Mcp-Name', target] : [];
  const headers = ['MCP-Protocol-Version', '2026-07-28', 'Mcp-Method', method, ...name];
  const body = JSON.stringify({ jsonrpc: '2.0', id, method, params: { ...params, _meta: meta } });
  return send(url, { headers: [...credential(key), ...JSON_HEADERS, ...headers], body });
}

/** The response object of a stateless tools/call. */
export async function callModern(url: string, key: string, name: string, args: Json, more: Json = {}): Promise<Json> {
  return answerOf(await sendModern(url, key, { method: 'tools/call', params: { name, arguments: args, ...more } }));
}
