import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, type ServerOptions } from '../gateway.js';
import { EVERYTHING, FILESYSTEM, MEMORY } from '../mcp-clients.js';
import type { Ability } from './interop-client.js';

const MODULES = join(ROOT, 'node_modules');

interface Sample {
  /** Name and arguments of a tool, or of a prompt. */
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
}

/** One upstream of the matrix. */
export interface InteropServer {
  /** Its name in the config. */
  readonly name: string;
  readonly package: string;
  /** Every tool that it shows to a client that cannot be asked. */
  readonly tools: readonly string[];
  /** A call and what its answer holds; undefined = none is made. @param folder what `options` was given */
  readonly call?: (client: string, folder: string) => Sample & { readonly answer: string | RegExp };
  readonly resource?: { readonly uri: string; readonly text: () => string };
  readonly prompt?: { readonly name: string; readonly args: Readonly<Record<string, string>>; readonly text: string };
  /** Beside tools, resources and prompts. */
  readonly has: readonly Ability[];
  /** Why none is made. */
  readonly notCalled?: string;
  /** @param folder an empty one, for its files */
  readonly options: (folder: string) => Omit<ServerOptions, 'name'>;
}

const node = (...args: readonly string[]): { command: string; args: readonly string[] } => ({
  command: process.execPath,
  args,
});

const NOTE = 'the text of the note';

/** What the graph of server-memory holds from the start. */
const REMEMBERED = {
  entities: [{ name: 'Ada', entityType: 'person', observations: ['likes engines'] }],
  relations: [],
};

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

export const INTEROP_SERVERS: readonly InteropServer[] = [
  {
    name: 'everything',
    package: '@modelcontextprotocol/server-everything',
    tools: words(`echo get-annotated-message get-env get-resource-links get-resource-reference get-structured-content
      get-sum get-tiny-image gzip-file-as-resource toggle-simulated-logging toggle-subscriber-updates
      trigger-long-running-operation simulate-research-query`),
    call: (client) => ({ name: 'echo', args: { message: `grüße, ${client}` }, answer: `Echo: grüße, ${client}` }),
    resource: {
      uri: 'demo://resource/static/document/features.md',
      text: () => readFileSync(join(EVERYTHING, '..', 'docs', 'features.md'), 'utf8'),
    },
    prompt: {
      name: 'args-prompt',
      args: { city: 'Zürich', state: 'ZH' },
      text: "What's weather in Zürich, ZH?",
    },
    has: ['progress', 'cancel', 'sampling', 'elicitation'],
    options: () => ({
      config: node(EVERYTHING, 'stdio'),
      extra: { client_requests: { sampling: true, elicitation: true } },
    }),
  },
  {
    name: 'files',
    package: '@modelcontextprotocol/server-filesystem',
    tools: words(`read_file read_text_file read_media_file read_multiple_files write_file edit_file create_directory
      list_directory list_directory_with_sizes directory_tree move_file search_files get_file_info
      list_allowed_directories`),
    call: (_, folder) => ({ name: 'read_text_file', args: { path: join(folder, 'note.txt') }, answer: NOTE }),
    has: [],
    options: (folder) => {
      mkdirSync(folder);
      writeFileSync(join(folder, 'note.txt'), NOTE);
      return { config: node(FILESYSTEM, folder) };
    },
  },
  {
    name: 'memory',
    package: '@modelcontextprotocol/server-memory',
    tools: words(`create_entities create_relations add_observations delete_entities delete_observations
      delete_relations read_graph search_nodes open_nodes`),
    call: () => ({ name: 'open_nodes', args: { names: ['Ada'] }, answer: JSON.stringify(REMEMBERED, null, 2) }),
    resource: { uri: 'memory://knowledge-graph', text: () => JSON.stringify(REMEMBERED, null, 2) },
    has: [],
    options: (folder) => {
      mkdirSync(folder);
      const file = join(folder, 'memory.json');
      writeFileSync(file, JSON.stringify({ type: 'entity', ...REMEMBERED.entities[0] }));
      return { config: { ...node(MEMORY), env: { MEMORY_FILE_PATH: file } } };
    },
  },
  {
    name: 'thinking',
    package: '@modelcontextprotocol/server-sequential-thinking',
    tools: ['sequentialthinking'],
    call: (client) => ({
      name: 'sequentialthinking',
      args: { thought: `asked by ${client}`, nextThoughtNeeded: false, thoughtNumber: 3, totalThoughts: 5 },
      answer: /"thoughtNumber": 3,\s+"totalThoughts": 5,\s+"nextThoughtNeeded": false/,
    }),
    has: [],
    options: () => ({
      config: node(join(MODULES, '@modelcontextprotocol', 'server-sequential-thinking', 'dist', 'index.js')),
    }),
  },
  {
    name: 'playwright',
    package: '@playwright/mcp',
    notCalled: 'not called: needs a browser',
    tools: words(`browser_close browser_resize browser_console_messages browser_handle_dialog browser_emulate_media
      browser_evaluate browser_file_upload browser_drop browser_find browser_fill_form browser_press_key browser_type
      browser_navigate browser_navigate_back browser_network_requests browser_network_request
      browser_run_code_unsafe browser_take_screenshot browser_snapshot browser_click browser_drag browser_hover
      browser_select_option browser_tabs browser_wait_for`),
    has: [],
    options: () => ({ config: node(join(MODULES, '@playwright', 'mcp', 'cli.js'), '--headless') }),
  },
];

/** Tools that server-everything shows to clients that can be asked. */
export const ASKING_TOOLS = { sampling: 'trigger-sampling-request', elicitation: 'trigger-elicitation-request' };

/** Whether a server has what an ability is for. */
export function serverHas(server: InteropServer, ability: Ability): boolean {
  if (ability === 'resource' || ability === 'prompt') return server[ability] !== undefined;
  return server.has.includes(ability);
}
