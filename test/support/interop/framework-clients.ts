import { createMCPClient, ElicitationRequestSchema } from '@ai-sdk/mcp';
import { MultiServerMCPClient } from '@langchain/mcp-adapters';
import { MCPServerStreamableHttp } from '@openai/agents-core';
import {
  FILLED_IN,
  type HttpDoor,
  type InteropClient,
  type ProgressStep,
  textOfBlocks,
  textOfContents,
  textOfMessage,
} from './interop-client.js';

/** The client of the AI SDK: tools are called as the models' tools that it makes of them. */
export async function connectAiSdk({ url, key }: HttpDoor): Promise<InteropClient> {
  const client = await createMCPClient({
    transport: { type: 'http', url, headers: { apikey: key } },
    capabilities: { elicitation: {} },
  });
  client.onElicitationRequest(ElicitationRequestSchema, () => ({ action: 'accept', content: FILLED_IN }));
  const tools = await client.tools();
  return {
    list: async () => (await client.listTools()).tools.map(({ name }) => name),
    call: async (name, args) =>
      textOfBlocks(await found(tools[name], name).execute(args, { toolCallId: 'one', messages: [] })),
    read: async (uri) => textOfContents(await client.readResource({ uri })),
    prompt: async (name, args) => textOfMessage(await client.experimental_getPrompt({ name, arguments: args })),
    close: () => client.close(),
  };
}

/** The adapter of LangChain: tools are called as those of a graph. */
export async function connectLangChain({ url, key }: HttpDoor): Promise<InteropClient> {
  const steps: ProgressStep[] = [];
  const client = new MultiServerMCPClient({
    mcpServers: { gateway: { transport: 'http', url, headers: { apikey: key }, automaticSSEFallback: false } },
    onProgress: ({ progress, total }) => {
      steps.push({ progress, total });
    },
  });
  const tools = new Map((await client.getTools()).map((tool) => [tool.name, tool]));
  const invoke = async (name: string, args: object, options = {}): Promise<string> =>
    textOfOutput(await found(tools.get(name), name).invoke(args, options));
  return {
    list: async () => (await client.getTools()).map(({ name }) => name),
    call: (name, args) => invoke(name, args),
    read: async (uri) => textOfContents({ contents: await client.readResource('gateway', uri) }),
    prompt: async (name, args) => {
      const session = found(await client.getClient('gateway'), 'gateway');
      return textOfMessage(await session.getPrompt({ name, arguments: args }));
    },
    callWithProgress: async (name, args) => {
      steps.length = 0;
      await invoke(name, args);
      return [...steps];
    },
    callUntil: (signal, name, args) => invoke(name, args, { signal }),
    close: () => client.close(),
  };
}

/** The client of the OpenAI Agents SDK, without a model behind it. */
export async function connectOpenAiAgents({ url, key }: HttpDoor): Promise<InteropClient> {
  const server = new MCPServerStreamableHttp({ url, name: 'gateway', requestInit: { headers: { apikey: key } } });
  await server.connect();
  return {
    list: async () => (await server.listTools()).map(({ name }) => name),
    call: async (name, args) => textOfBlocks(await server.callToolResult(name, { ...args })),
    read: async (uri) => textOfContents(await server.readResource(uri)),
    callUntil: (signal, name, args) => server.callToolResult(name, { ...args }, null, { signal }),
    close: () => server.close(),
  };
}

/** LangChain's own form of an answer: one text alone, one block (with the structured content in it), or all blocks. */
function textOfOutput(output: unknown): string {
  if (typeof output === 'string') return output;
  return textOfBlocks({ content: Array.isArray(output) ? output : [output] });
}

function found<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new Error(`the client knows no ${name}`);
  return value;
}
