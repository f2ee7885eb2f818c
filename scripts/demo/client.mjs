// The demo's MCP client: the official SDK over HTTP, with what it gets back in plain objects.
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';

const CALL_MS = 10_000;
const LIMIT = { timeout: CALL_MS };

export class DemoClient {
  #client;

  static async connect(url, key) {
    const client = new Client({ name: 'demo', version: '1.0.0' });
    const transport = new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers: { apikey: key } } });
    await client.connect(transport, LIMIT);
    return new DemoClient(client);
  }

  constructor(client) {
    this.#client = client;
  }

  /** Names of all tools that this client may call. */
  async toolNames() {
    return (await this.#client.listTools({}, LIMIT)).tools.map(({ name }) => name);
  }

  /** The structured answer of a meta tool. @throws Error when it fails */
  async meta(name, args = {}) {
    const result = await this.#client.callTool({ name, arguments: args }, LIMIT);
    if (result.isError) throw new Error(`${name} failed: ${JSON.stringify(result.structuredContent)}`);
    return result.structuredContent;
  }

  /**
   * Calls a tool.
   * @returns text, is_error and whole (the result as JSON); or error with the code of JSON-RPC or the status of HTTP
   */
  async call(name, args) {
    try {
      const result = await this.#client.callTool({ name, arguments: args }, LIMIT);
      const text = result.content.map((block) => block.text ?? block.type).join(' ');
      return { text, is_error: result.isError === true, whole: JSON.stringify(result) };
    } catch (error) {
      const { status, code, message } = error;
      if (status !== undefined) return { error: { http_status: status, message: messageIn(error.data?.text) } };
      if (typeof code === 'number') return { error: { code, message } };
      throw error;
    }
  }

  async close() {
    await this.#client.close();
  }
}

/** The message of a JSON-RPC error in a response's body. */
function messageIn(body) {
  try {
    return JSON.parse(body).error.message;
  } catch {
    return '';
  }
}
