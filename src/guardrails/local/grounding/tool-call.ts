/** A call as the gateway and its clients write it down. */
export interface ToolCall {
  readonly tool: string;
  readonly arguments: unknown;
}

/** Members of a written call; a document with more is no call. */
const MAX_MEMBERS = 5;

/** Reads `{tool, arguments}`, `{name, arguments}` or the JSON-RPC request; null when the text is something else. */
export function readToolCall(text: string): ToolCall | null {
  if (!/^\s*\{/.test(text)) return null;
  const value = parse(text);
  if (typeof value !== 'object' || value === null) return null;
  const call = value as Record<string, unknown>;
  if (call.method === 'tools/call' && typeof call.params === 'object')
    return readParts(call.params as Record<string, unknown>);
  return readParts(call);
}

function readParts(call: Record<string, unknown>): ToolCall | null {
  if (Object.keys(call).length > MAX_MEMBERS) return null;
  const tool = call.tool ?? call.name ?? call.tool_name ?? call.function;
  const given = call.arguments ?? call.args ?? call.input ?? call.parameters;
  if (typeof tool !== 'string' || given === undefined) return null;
  // Some clients send the arguments as a string of JSON.
  const parsed = typeof given === 'string' ? parse(given) : given;
  return { tool, arguments: parsed ?? given };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
