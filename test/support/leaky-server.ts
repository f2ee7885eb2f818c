import { type Seen, ScriptedServer, result, sendJson, sessionServer } from '../e2e/upstream-kit.js';

type Json = Record<string, unknown>;
type Place = (text: string) => { result: Json } | { error: Json };

const content = (...texts: string[]): Json => ({ content: texts.map((text) => ({ type: 'text', text })) });

/** Every place in an answer to tools/call that can hold text of a server, by the name of the tool that puts it there. */
export const PLACES: ReadonlyMap<string, Place> = new Map<string, Place>([
  ['in_text', (text) => ({ result: content(text) })],
  ['in_second_text', (text) => ({ result: content('nothing here', text) })],
  ['in_structured', (text) => ({ result: { ...content('{}'), structuredContent: { deep: [{ value: text }] } } })],
  ['in_structured_key', (text) => ({ result: { ...content('{}'), structuredContent: { [text]: true } } })],
  [
    'in_resource',
    (text) => ({
      result: { content: [{ type: 'resource', resource: { uri: 'test://r', mimeType: 'text/plain', text } }] },
    }),
  ],
  [
    'in_resource_link',
    (text) => ({
      result: { content: [{ type: 'resource_link', uri: 'test://r', name: 'r', description: text }] },
    }),
  ],
  ['in_result_meta', (text) => ({ result: { ...content('fine'), _meta: { note: text } } })],
  ['in_error_result', (text) => ({ result: { ...content(text), isError: true } })],
  ['in_rpc_error', (text) => ({ error: { code: -32000, message: text } })],
  ['in_rpc_error_data', (text) => ({ error: { code: -32000, message: 'failed', data: { text } } })],
]);

const backwards = (text: string): string => Array.from(text).reverse().join('');

/**
 * A server whose tools return their `text` argument in one place each, backwards when `reverse` is true (then the text is nowhere in
 * the request). It remembers every request, and its list of tools can be changed.
 */
export class LeakyServer {
  readonly toolNames: string[] = [...PLACES.keys()];

  private constructor(private readonly server: { current: ScriptedServer | undefined }) {}

  static async start(): Promise<LeakyServer> {
    const held: { current: ScriptedServer | undefined } = { current: undefined };
    const leaky = new LeakyServer(held);
    const reply = sessionServer((seen, response) => {
      const answer = leaky.answer(seen);
      sendJson(
        response,
        'error' in answer ? { jsonrpc: '2.0', id: seen.message.id, ...answer } : result(seen, answer.result),
      );
    });
    held.current = await ScriptedServer.start(reply);
    return leaky;
  }

  get url(): string {
    return this.scripted.url;
  }

  get requests(): readonly Seen[] {
    return this.scripted.seen;
  }

  /** Params of the tool calls that arrived, in order. */
  calls(): { name: string; arguments: Json }[] {
    return this.requests
      .filter(({ message }) => message.method === 'tools/call')
      .map(({ message }) => message.params as { name: string; arguments: Json });
  }

  /** How many requests of a method arrived. */
  count(method: string): number {
    return this.requests.filter(({ message }) => message.method === method).length;
  }

  close(): Promise<void> {
    return this.scripted.close();
  }

  private get scripted(): ScriptedServer {
    if (this.server.current === undefined) throw new Error('not started');
    return this.server.current;
  }

  private answer({ message }: Seen): { result: Json } | { error: Json } {
    if (message.method === 'tools/list') return { result: { tools: this.toolNames.map(definition) } };
    const { name, arguments: args } = message.params as {
      name: string;
      arguments: { text: string; reverse?: boolean };
    };
    const place = PLACES.get(name) ?? ((text) => ({ result: content(text) }));
    return place(args.reverse === true ? backwards(args.text) : args.text);
  }
}

/** A definition with more in it than a gateway needs: all of it must arrive. */
export function definition(name: string): Json {
  return {
    name,
    title: `Tool ${name}`,
    description: 'Returns its text.',
    inputSchema: {
      type: 'object',
      properties: { text: { type: 'string' }, reverse: { type: 'boolean' } },
      required: ['text'],
      additionalProperties: false,
    },
    outputSchema: { type: 'object', 'x-order': ['z', 'a'] },
    annotations: { readOnlyHint: true, 'x-hint': 1 },
    icons: [{ src: 'https://example.com/i.png', sizes: ['48x48'] }],
    'x-unknown': { z: 1, a: [null, 0.1, 'ü'] },
    _meta: { 'example.com/kept': { as: ['it', 'is'] } },
  };
}
