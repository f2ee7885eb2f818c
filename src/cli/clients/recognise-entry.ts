import { basename } from 'node:path';

/** Which gateway an entry of a client's file reaches: the config file of a local one, or the URL of a remote one; null = unknown. */
export interface GatewayReference {
  readonly config: string | null;
  readonly url: string | null;
}

const KEY_VARIABLE = 'ENKRYPT_GATEWAY_KEY';
/** What an entry may send to a gateway in headers. */
const HEADERS = new Set(['apikey', 'enkrypt_gateway_key', 'project_id', 'user_id']);

/** Recognises an entry that starts this gateway or calls one, also if somebody wrote it by hand; null = another server. */
export function gatewayOfEntry(entry: unknown): GatewayReference | null {
  if (!isRecord(entry)) return null;
  const command = typeof entry.command === 'string' ? entry.command : '';
  const args = Array.isArray(entry.args) ? entry.args.filter((arg) => typeof arg === 'string') : [];
  const url = typeof entry.url === 'string' ? entry.url : (args.find((arg) => /^https?:\/\//.test(arg)) ?? null);
  const starts = [command, ...args].some(isGatewayCommand);
  if (!starts && !namesOf(entry.env).includes(KEY_VARIABLE) && !holdsKey(namesOf(entry.headers))) return null;
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

/** Others take an `apikey` too; they are told apart by what they take beside it. */
function holdsKey(headers: readonly string[]): boolean {
  const names = headers.map((name) => name.toLowerCase());
  if (names.includes('enkrypt_gateway_key')) return true;
  return names.includes('apikey') && names.every((name) => HEADERS.has(name));
}

function namesOf(values: unknown): readonly string[] {
  return isRecord(values) ? Object.keys(values) : [];
}

/** One slash more or less at the end is the same endpoint. */
function normalised(url: string): string {
  return URL.canParse(url) ? new URL(url).href.replace(/\/$/, '') : url;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
