import { basename } from 'node:path';

/** Which gateway an entry of a client's file reaches: the config file of a local one, or the URL of a remote one; null = unknown. */
export interface GatewayReference {
  readonly config: string | null;
  readonly url: string | null;
}

const KEY_NAMES = new Set(['enkrypt_gateway_key', 'apikey']);

/** Recognises an entry that starts this gateway or calls one, also if somebody wrote it by hand; null = another server. */
export function gatewayOfEntry(entry: unknown): GatewayReference | null {
  if (!isRecord(entry)) return null;
  const command = typeof entry.command === 'string' ? entry.command : '';
  const args = Array.isArray(entry.args) ? entry.args.filter((arg) => typeof arg === 'string') : [];
  const url = typeof entry.url === 'string' ? entry.url : (args.find((arg) => /^https?:\/\//.test(arg)) ?? null);
  const starts = [command, ...args].some(isGatewayCommand);
  if (!starts && !holdsKey(entry.env) && !holdsKey(entry.headers)) return null;
  const flag = args.indexOf('--config');
  return { config: flag === -1 ? null : (args[flag + 1] ?? null), url: url === null ? null : normalised(url) };
}

/** Whether two references certainly mean the same gateway. */
export function isSameGateway(a: GatewayReference, b: GatewayReference): boolean {
  return (a.url !== null && a.url === b.url) || (a.config !== null && a.config === b.config);
}

function isGatewayCommand(text: string): boolean {
  const name = basename(text.replaceAll('\\', '/')).replace(/\.(?:cmd|exe|ps1)$/i, '');
  return name === 'secure-mcp-gateway' || /[\\/]dist[\\/]cli[\\/]main\.js$/.test(text);
}

function holdsKey(values: unknown): boolean {
  return isRecord(values) && Object.keys(values).some((name) => KEY_NAMES.has(name.toLowerCase()));
}

/** One slash more or less at the end is the same endpoint. */
function normalised(url: string): string {
  return URL.canParse(url) ? new URL(url).href.replace(/\/$/, '') : url;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
