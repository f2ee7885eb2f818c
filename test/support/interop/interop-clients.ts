import { connectAiSdk, connectLangChain, connectOpenAiAgents } from './framework-clients.js';
import { openInspector1, openInspector2 } from './inspectors.js';
import type { Ability, HttpDoor, InteropClient } from './interop-client.js';
import { connectMcpRemote, connectSdkV1, connectSdkV2 } from './sdk-clients.js';

/** A row of the matrix. */
export interface InteropRow {
  readonly name: string;
  /** Folder in node_modules, for the version. */
  readonly package: string;
  /** Of the protocol as the gateway sees it. */
  readonly era: '2025' | '2026';
  /** What it has no API for. */
  readonly lacks: readonly Ability[];
  readonly open: (door: HttpDoor) => InteropClient | Promise<InteropClient>;
}

export const INTEROP_CLIENTS: readonly InteropRow[] = [
  { name: 'SDK v1', package: '@modelcontextprotocol/sdk', era: '2025', lacks: [], open: connectSdkV1 },
  {
    name: 'SDK v2, legacy',
    package: '@modelcontextprotocol/client',
    era: '2025',
    lacks: [],
    open: (door) => connectSdkV2('legacy', door),
  },
  {
    name: 'SDK v2, auto',
    package: '@modelcontextprotocol/client',
    era: '2026',
    lacks: [],
    open: (door) => connectSdkV2('auto', door),
  },
  {
    name: 'MCP Inspector 1 CLI',
    package: 'inspector-1',
    era: '2025',
    lacks: ['progress', 'cancel', 'sampling', 'elicitation'],
    open: openInspector1,
  },
  {
    name: 'MCP Inspector 2 CLI',
    package: '@modelcontextprotocol/inspector',
    era: '2025',
    lacks: ['progress', 'cancel', 'sampling', 'elicitation'],
    open: openInspector2,
  },
  { name: 'SDK v1 through mcp-remote', package: 'mcp-remote', era: '2025', lacks: [], open: connectMcpRemote },
  // Its abort signal drops the answer, and the server is not told.
  {
    name: '@ai-sdk/mcp',
    package: '@ai-sdk/mcp',
    era: '2025',
    lacks: ['progress', 'cancel', 'sampling'],
    open: connectAiSdk,
  },
  {
    name: '@langchain/mcp-adapters',
    package: '@langchain/mcp-adapters',
    era: '2025',
    lacks: ['sampling', 'elicitation'],
    open: connectLangChain,
  },
  {
    name: '@openai/agents',
    package: '@openai/agents-core',
    era: '2026',
    lacks: ['prompt', 'progress', 'sampling', 'elicitation'],
    open: connectOpenAiAgents,
  },
];
