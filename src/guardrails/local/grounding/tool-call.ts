import type { AnswerPair, ToolCall } from '../pair-detector.js';

/** Members of a written call; a document with more is no call. */
const MAX_MEMBERS = 5;

/** The call of a pair, or what its request says: `{tool, arguments}`, `{name, arguments}`, a JSON-RPC request; null for any other text. */
export function readToolCall({ call, request }: AnswerPair): ToolCall | null {
  return call ?? readWritten(request);
}

function readWritten(text: string): ToolCall | null {
  if (!/^\s*\{/.test(text)) return null;
  const value = parse(text);
  if (typeof value !== 'object' || value === null) return null;
  const call = value as Record<string, unknown>;
  if (call.method === 'tools/call' && typeof call.params === 'object')
    return readParts(call.params as Record<string, unknown>);
  return readParts(call);
}

/** Arguments that give a document to work on, by their names; and texts too long for a mere parameter. */
const DOCUMENT =
  /^(?:context|contexts|document|documents|source|sources|passage|passages|article|transcript|knowledge|reference)$/i;
const MIN_DOCUMENT_CHARS = 400;

/** The documents that a call hands to its tool, to which the answer must keep; empty when there are none. */
export function documentOf(call: ToolCall): string {
  const documents: string[] = [];
  collect(call.arguments, '', documents, 0);
  return documents.join('\n\n');
}

function collect(value: unknown, name: string, into: string[], depth: number): void {
  if (typeof value === 'string') {
    if (DOCUMENT.test(name) || value.length >= MIN_DOCUMENT_CHARS) into.push(value);
  } else if (typeof value === 'object' && value !== null && depth < 8) {
    for (const [key, inner] of Object.entries(value))
      collect(inner, Array.isArray(value) ? name : key, into, depth + 1);
  }
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
