import { existsSync } from 'node:fs';
import { createDefaultConfig } from '../config/default-config.js';
import type { ConfigLocation } from '../config/locate.js';
import { databaseAddress } from '../config/postgres/database-address.js';
import { writeConfigFile } from '../config/write-config-file.js';
import { GatewayError } from '../errors.js';
import type { CliIo } from './cli-io.js';
import { endpointUrl, httpSnippet } from './client-snippet.js';
import { bundledEchoCommand } from '../config/bundled-echo.js';

/** Whether there is something to start with. A database has a config, if an empty one. @throws GatewayError `config_invalid` */
export function hasConfig({ path }: ConfigLocation): boolean {
  return databaseAddress() !== null || existsSync(path);
}

/** @throws GatewayError `config_invalid` when there is no file where the user said that there is one */
export function requireConfig(location: ConfigLocation, remedy: string): void {
  if (hasConfig(location)) return;
  const who = { flag: ' (from --config)', environment: ' (from ENKRYPT_CONFIG)', default: '' }[location.source];
  throw new GatewayError('config_invalid', `There is no config file at ${location.path}${who}. ${remedy}`);
}

/** Writes the default config and tells, on stderr and only this once, how to connect. */
export async function initialiseConfig(
  path: string,
  endpoint: { host: string; port: number },
  io: CliIo,
): Promise<void> {
  const made = createDefaultConfig({ echoServer: true, echoCommand: bundledEchoCommand() });
  await writeConfigFile(path, made.json);
  const url = endpointUrl(endpoint.host, endpoint.port);
  io.stderr(
    [
      `Wrote a default config with an echo server to ${path}`,
      'Keep these keys: the file holds only their hashes, and they are not shown again.',
      `  gateway key  ${made.gatewayKey}`,
      `  admin key    ${made.adminKey}`,
      `Client config (Claude Code, Cursor, VS Code)${endpoint.port === 0 ? '; the port is in the ready line' : ''}:`,
      httpSnippet(url, made.gatewayKey),
      '',
    ].join('\n'),
  );
}
