import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import {
  type ClientCapabilities,
  CreateMessageRequestSchema,
  ElicitRequestSchema,
  ListRootsRequestSchema,
  LoggingMessageNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { CLI, type TestGateway } from './gateway.js';

type Json = Record<string, unknown>;

/** Everything that servers may ask for. */
const ALL_ASKS: ClientCapabilities = {
  sampling: {},
  elicitation: { form: {}, url: {} },
  roots: { listChanged: true },
};

interface AskedClientOptions {
  readonly capabilities?: ClientCapabilities;
  /** The content of an accepted form. */
  readonly content?: Record<string, string>;
  /** Never answers a request for sampling. */
  readonly isSilent?: boolean;
  readonly door?: 'http' | 'stdio';
  readonly user?: number;
}

/** The official client (SDK v1) with answers to what servers ask, and a record of all that reached it. */
export class AskedClient {
  readonly asked: { readonly method: string; readonly params: Json }[] = [];
  readonly logs: unknown[] = [];
  readonly client: Client;
  private readonly transport: StreamableHTTPClientTransport | StdioClientTransport;

  private constructor(gateway: TestGateway, options: AskedClientOptions) {
    const { capabilities = ALL_ASKS } = options;
    const key = gateway.key(0, options.user ?? 0);
    this.client = new Client({ name: 'asked', version: '1' }, { capabilities });
    this.transport =
      options.door === 'stdio'
        ? new StdioClientTransport({
            command: process.execPath,
            args: [CLI, 'stdio', '--config', gateway.configPath],
            env: { PATH: process.env.PATH ?? '', HOME: gateway.home, ENKRYPT_GATEWAY_KEY: key },
            stderr: 'ignore',
          })
        : new StreamableHTTPClientTransport(new URL(gateway.url), { requestInit: { headers: { apikey: key } } });
    this.answer(options);
  }

  static async connect(gateway: TestGateway, options: AskedClientOptions = {}): Promise<AskedClient> {
    const asked = new AskedClient(gateway, options);
    await asked.client.connect(asked.transport);
    return asked;
  }

  /** The text of a tool's answer. */
  async call(
    name: string,
    text = '',
    onprogress?: (progress: { message?: string | undefined }) => void,
  ): Promise<string> {
    const options = onprogress === undefined ? {} : { onprogress };
    const { content } = await this.client.callTool({ name, arguments: { text } }, undefined, options);
    return (content as { text: string }[])[0]?.text ?? '';
  }

  close(): Promise<void> {
    return this.client.close();
  }

  private answer({ capabilities = ALL_ASKS, content = { note: 'fine' }, isSilent = false }: AskedClientOptions): void {
    const note = (request: { method: string; params?: unknown }): void => {
      this.asked.push({ method: request.method, params: request.params as Json });
    };
    this.client.setNotificationHandler(LoggingMessageNotificationSchema, ({ params }) => {
      this.logs.push(params.data);
    });
    if (capabilities.sampling !== undefined) {
      this.client.setRequestHandler(CreateMessageRequestSchema, async (request) => {
        note(request);
        if (isSilent) await new Promise(() => undefined);
        const said = (request.params.messages[0]?.content as { text: string }).text;
        return { model: 'm', role: 'assistant' as const, content: { type: 'text' as const, text: `echo ${said}` } };
      });
    }
    if (capabilities.elicitation !== undefined) {
      this.client.setRequestHandler(ElicitRequestSchema, (request) => {
        note(request);
        return request.params.mode === 'url' ? { action: 'accept' } : { action: 'accept', content };
      });
    }
    if (capabilities.roots !== undefined) {
      this.client.setRequestHandler(ListRootsRequestSchema, (request) => {
        note(request);
        return { roots: [{ uri: 'file:///home/me/project', name: 'project' }] };
      });
    }
  }
}
