import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client as ClientV2, StreamableHTTPClientTransport as HttpV2 } from '@modelcontextprotocol/client';
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import type { StreamableHTTPClientTransport as HttpV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { CreateMessageRequestSchema, ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { httpV1, mcpRemoteCommand } from '../mcp-clients.js';
import {
  FILLED_IN,
  type HttpDoor,
  type InteropClient,
  type ProgressStep,
  sampledOf,
  textOfBlocks,
  textOfContents,
  textOfMessage,
} from './interop-client.js';

const INFO = { name: 'interop', version: '1' };
const CAPABILITIES = { sampling: {}, elicitation: { form: {} } };

interface SamplingRequest {
  readonly params: { readonly messages: readonly { readonly content: unknown }[] };
}

function sampled({ params }: SamplingRequest): {
  model: string;
  role: 'assistant';
  content: { type: 'text'; text: string };
} {
  const { text } = params.messages[0]?.content as { text: string };
  return { model: 'none', role: 'assistant', content: { type: 'text', text: sampledOf(text) } };
}

function filledIn(): { action: 'accept'; content: typeof FILLED_IN } {
  return { action: 'accept', content: FILLED_IN };
}

export function connectSdkV1(door: HttpDoor): Promise<InteropClient> {
  return connectV1(httpV1(door));
}

/** SDK v1 at the stdin and stdout of mcp-remote. */
export async function connectMcpRemote(door: HttpDoor): Promise<InteropClient> {
  const home = mkdtempSync(join(tmpdir(), 'mcp-remote-'));
  const client = await connectV1(new StdioClientTransport(mcpRemoteCommand(door, home)));
  return {
    ...client,
    close: async () => {
      await client.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

async function connectV1(transport: HttpV1 | StdioClientTransport): Promise<InteropClient> {
  const client = new ClientV1(INFO, { capabilities: CAPABILITIES });
  client.setRequestHandler(CreateMessageRequestSchema, sampled);
  client.setRequestHandler(ElicitRequestSchema, filledIn);
  await client.connect(transport);
  return {
    ...sdkClient(client),
    callWithProgress: (name, args) =>
      gathered((onprogress) => client.callTool({ name, arguments: args }, undefined, { onprogress })),
    callUntil: (signal, name, args) => client.callTool({ name, arguments: args }, undefined, { signal }),
  };
}

/** What the clients of both versions do in the same words. */
function sdkClient(client: ClientV1 | ClientV2): Pick<InteropClient, 'list' | 'call' | 'read' | 'prompt' | 'close'> {
  return {
    list: async () => (await client.listTools()).tools.map(({ name }) => name),
    call: async (name, args) => textOfBlocks(await client.callTool({ name, arguments: args })),
    read: async (uri) => textOfContents(await client.readResource({ uri })),
    prompt: async (name, args) => textOfMessage(await client.getPrompt({ name, arguments: args })),
    close: () => client.close(),
  };
}

/** @param mode auto = revision 2026-07-28 where the other side has it */
export async function connectSdkV2(mode: 'legacy' | 'auto', { url, key }: HttpDoor): Promise<InteropClient> {
  const negotiation = mode === 'auto' ? { versionNegotiation: { mode: 'auto' as const } } : {};
  const client = new ClientV2(INFO, { capabilities: CAPABILITIES, ...negotiation });
  client.setRequestHandler('sampling/createMessage', sampled);
  client.setRequestHandler('elicitation/create', filledIn);
  await client.connect(new HttpV2(new URL(url), { requestInit: { headers: { apikey: key } } }));
  return {
    ...sdkClient(client),
    callWithProgress: (name, args) =>
      gathered((onprogress) => client.callTool({ name, arguments: args }, { onprogress })),
    callUntil: (signal, name, args) => client.callTool({ name, arguments: args }, { signal }),
  };
}

interface Shown {
  readonly progress: number;
  readonly total?: number | undefined;
}

/** The progress that is shown until the call has ended. */
async function gathered(
  call: (onProgress: (shown: Shown) => void) => Promise<unknown>,
): Promise<readonly ProgressStep[]> {
  const steps: ProgressStep[] = [];
  await call(({ progress, total }) => {
    steps.push({ progress, total });
  });
  return steps;
}
