import { InvalidArgumentError } from 'commander';
import { ALLOWED_HOST_RULE, isAllowedHost } from '../config/allowed-host.js';
import { GatewayError } from '../errors.js';
import { parseStrictJson } from '../strict-json.js';

const LOG_LEVELS = new Map([
  ['debug', 'debug'],
  ['info', 'info'],
  ['warning', 'warn'],
  ['warn', 'warn'],
  ['error', 'error'],
]);

/** A TCP port; 0 lets the system pick. */
export function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= 65_535)) throw new InvalidArgumentError('A port is a whole number from 0 (any free port) to 65535.');
  return port;
}

/** Address to listen on: a name or an address, without brackets or port. */
export function parseHost(text: string): string {
  const host = text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text;
  if (!/^[A-Za-z0-9.:_%-]+$/.test(host))
    throw new InvalidArgumentError('Give an address such as 127.0.0.1, 0.0.0.0 or ::1.');
  return host;
}

/** One more `--allowed-host`; the option may be repeated. */
export function collectAllowedHost(text: string, before: readonly string[]): readonly string[] {
  if (!isAllowedHost(text)) throw new InvalidArgumentError(`It ${ALLOWED_HOST_RULE}.`);
  return [...before, text];
}

/** A log level in any case, as the logger names it. */
export function parseLogLevel(text: string): string {
  const level = LOG_LEVELS.get(text.toLowerCase());
  if (level === undefined) throw new InvalidArgumentError('Use debug, info, warning or error.');
  return level;
}

/** A path that is not empty. */
export function parseFile(text: string): string {
  if (text === '') throw new InvalidArgumentError('Give the path of a file.');
  return text;
}

/** A time in seconds, fractions allowed; an hour at most. */
export function parseSeconds(text: string): number {
  const seconds = /^\d{1,4}(\.\d{1,3})?$/.test(text) ? Number(text) : Number.NaN;
  if (!(seconds > 0 && seconds <= 3_600)) throw new InvalidArgumentError('Give seconds between 0.001 and 3600.');
  return seconds;
}

/** Seconds between SIGTERM and the end of service: longer than half a minute, an orchestrator has lost its patience. */
export function parseDrainDelay(text: string): number {
  const seconds = /^\d{1,2}(\.\d{1,3})?$/.test(text) ? Number(text) : Number.NaN;
  if (!(seconds <= 30)) throw new InvalidArgumentError('Give seconds between 0 and 30.');
  return seconds;
}

/** One more text; the option may be repeated. */
export function collectText(text: string, before: readonly string[]): readonly string[] {
  return [...before, text];
}

type Pair = readonly [string, string];

/** One more `Name: value`. Without a name it is kept all the same: a refusal from here would print the value, and it may be a secret. */
export function collectHeader(text: string, before: readonly Pair[]): readonly Pair[] {
  const colon = text.indexOf(':');
  return [...before, [text.slice(0, Math.max(0, colon)).trim(), text.slice(colon + 1).trim()]];
}

/** One more `NAME=value`; without a name as above. */
export function collectVariable(text: string, before: readonly Pair[]): readonly Pair[] {
  const equals = text.indexOf('=');
  return [...before, [text.slice(0, Math.max(0, equals)), text.slice(equals + 1)]];
}

/** A JSON object under the strict rules of the gateway. */
export function parseJsonObject(text: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = parseStrictJson(Buffer.from(text, 'utf8'));
  } catch (error) {
    throw new InvalidArgumentError(error instanceof GatewayError ? error.message : 'It is not JSON.');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new InvalidArgumentError(`Give a JSON object, for example '{"message": "hello"}'.`);
  }
  return value as Readonly<Record<string, unknown>>;
}

/** The name of an environment variable. */
export function parseVariable(text: string): string {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(text)) {
    throw new InvalidArgumentError('Give the name of an environment variable, not the key itself.');
  }
  return text;
}

/** Where a gateway is: what stands behind its host does not matter. */
export function parseHttpUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw new InvalidArgumentError('Give an http or https URL, for example https://mcp.example.com.');
  }
  return url.origin;
}
