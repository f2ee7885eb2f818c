import { existsSync } from 'node:fs';
import { isEmptyDocument } from '../config/administration/document.js';
import { createDefaultConfig, type DefaultConfig } from '../config/default-config.js';
import type { ConfigLocation } from '../config/locate.js';
import { openRepository } from '../config/open-repository.js';
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
  tellMade(made, { kind: 'file', name: path }, endpoint, io);
}

/**
 * The same for an empty database. Where a file is as well, its config is what was meant: the gateway's own notice then tells how to copy it.
 * @param path of the config file that there would be without the database
 */
export async function initialiseDatabase(
  path: string,
  endpoint: { host: string; port: number },
  io: CliIo,
): Promise<void> {
  if (databaseAddress() === null || existsSync(path)) return;
  const repository = await openRepository(path);
  try {
    // Keys without a user open nothing.
    if (!isEmptyDocument((await repository.read('none')).document)) return;
    const made = createDefaultConfig({ echoServer: true, echoCommand: bundledEchoCommand() });
    const { result: isMade } = await repository.change((document) => {
      // Of several that start at once, one gets here first.
      if (!isEmptyDocument(document)) return false;
      Object.assign(document, structuredClone(made.json));
      return true;
    });
    if (isMade) tellMade(made, { kind: 'database', name: repository.place }, endpoint, io);
  } finally {
    await repository.close();
  }
}

function tellMade(
  made: DefaultConfig,
  place: { readonly kind: 'file' | 'database'; readonly name: string },
  endpoint: { host: string; port: number },
  io: CliIo,
): void {
  const url = endpointUrl(endpoint.host, endpoint.port);
  io.stderr(
    [
      `Wrote a default config with an echo server to ${place.name}`,
      `Keep these keys: the ${place.kind} holds only their hashes, and they are not shown again.`,
      `  gateway key  ${made.gatewayKey}`,
      `  admin key    ${made.adminKey}`,
      `Client config (Claude Code, Cursor, VS Code)${endpoint.port === 0 ? '; the port is in the ready line' : ''}:`,
      httpSnippet(url, made.gatewayKey),
      '',
    ].join('\n'),
  );
}
