/** A `npx mcp-remote …` command line, understood. Values are still templates: references are resolved by the caller. */
export interface McpRemote {
  readonly url: { readonly text: string; readonly arg: number } | null;
  readonly headers: readonly { readonly name: string; readonly value: string; readonly arg: number }[];
  readonly transport: 'streamable-http' | 'sse' | 'auto';
  readonly allowHttp: boolean;
  readonly problems: readonly { readonly arg: number; readonly message: string }[];
}

const PACKAGE = /^mcp-remote(?:@[A-Za-z0-9.^~*<>=_-]+)?$/;
const NPX_FLAGS = new Set([
  '-y',
  '--yes',
  '-q',
  '--quiet',
  '--prefer-online',
  '--prefer-offline',
  '--no-install',
  '--',
]);
/** Options without a meaning for a native connection; mcp-remote's own logging and its http permission. */
const HARMLESS = new Set(['--debug', '--silent']);
const TRANSPORTS = new Map<string, McpRemote['transport']>([
  ['http-only', 'streamable-http'],
  ['sse-only', 'sse'],
  ['http-first', 'auto'],
  ['sse-first', 'auto'],
]);
const HEADER = /^([A-Za-z0-9_-]+):\s*(.*)$/s;

/** Reads the command line of a server that is really a remote one behind mcp-remote; null when it is something else. */
export function readMcpRemote(command: string, args: readonly string[]): McpRemote | null {
  const start = firstArgument(command, args);
  return start === null ? null : readArguments(args, start);
}

/** Index of mcp-remote's first own argument; null when the command does not run mcp-remote. */
function firstArgument(command: string, args: readonly string[]): number | null {
  const name = (command.split(/[\\/]/).at(-1) ?? '').toLowerCase().replace(/\.(?:cmd|exe|ps1)$/, '');
  if (name === 'mcp-remote') return 0;
  if (name === 'cmd') {
    const [flag, inner, ...rest] = args;
    if (flag?.toLowerCase() !== '/c' || inner === undefined) return null;
    const index = firstArgument(inner, rest);
    return index === null ? null : index + 2;
  }
  return name === 'npx' ? afterPackage(args) : null;
}

function afterPackage(args: readonly string[]): number | null {
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] ?? '';
    if (PACKAGE.test(arg)) return index + 1;
    // -p mcp-remote@1 mcp-remote URL: the package first, then the command, which the next turn of the loop meets.
    if (arg === '-p' || arg === '--package') index++;
    else if (!NPX_FLAGS.has(arg) && !arg.startsWith('--package=')) return null;
  }
  return null;
}

interface Draft {
  url: McpRemote['url'];
  headers: { name: string; value: string; arg: number }[];
  transport: McpRemote['transport'];
  allowHttp: boolean;
  callbackPort: boolean;
  problems: { arg: number; message: string }[];
}

function readArguments(args: readonly string[], start: number): McpRemote {
  const draft: Draft = {
    url: null,
    headers: [],
    transport: 'auto',
    allowHttp: false,
    callbackPort: false,
    problems: [],
  };
  for (let index = start; index < args.length; index++) {
    const arg = args[index] ?? '';
    if (arg === '--header' || arg === '--transport') {
      index++;
      readValue(arg, args[index], index, draft);
    } else if (arg.startsWith('-')) readFlag(arg, index, draft);
    else readPositional(arg, index, draft);
  }
  if (draft.url === null)
    draft.problems.push({ arg: args.length - 1, message: 'mcp-remote needs the URL of the server' });
  return draft;
}

function readValue(option: string, value: string | undefined, arg: number, draft: Draft): void {
  if (value === undefined) {
    draft.problems.push({ arg: arg - 1, message: `${option} of mcp-remote needs a value` });
  } else if (option === '--transport') {
    const transport = TRANSPORTS.get(value);
    if (transport !== undefined) draft.transport = transport;
    else
      draft.problems.push({
        arg,
        message: `--transport of mcp-remote must be one of ${[...TRANSPORTS.keys()].join(', ')}`,
      });
  } else {
    const match = HEADER.exec(value);
    if (match?.[1] !== undefined) draft.headers.push({ name: match[1], value: match[2] ?? '', arg });
    else draft.problems.push({ arg, message: '--header of mcp-remote must be Name:Value' });
  }
}

function readFlag(arg: string, index: number, draft: Draft): void {
  if (arg === '--allow-http') draft.allowHttp = true;
  else if (!HARMLESS.has(arg)) {
    // Only the option's name: what follows "=" may be a secret.
    const name = arg.split('=', 1)[0] ?? arg;
    const message = `the option ${name} of mcp-remote is not supported by the native connection that replaces it; remove it`;
    draft.problems.push({ arg: index, message });
  }
}

/** The URL, then the port of mcp-remote's OAuth callback, which a native connection does not need. */
function readPositional(arg: string, index: number, draft: Draft): void {
  if (draft.url === null) draft.url = { text: arg, arg: index };
  else if (/^\d{1,5}$/.test(arg) && !draft.callbackPort) draft.callbackPort = true;
  else draft.problems.push({ arg: index, message: 'mcp-remote takes one URL and one port; remove this argument' });
}
