import { locateConfig } from '../../config/locate.js';
import { updateConfigFile } from '../../config/update-config-file.js';
import { type CliIo, EXIT } from '../cli-io.js';
import { configsOf, configWithServer } from './config-servers.js';

export interface RemoveServerOptions {
  readonly config?: string;
  readonly mcpConfig?: string;
  readonly json?: boolean;
}

/** `server remove`: takes one server, by its exact name, out of the config file. A backup stays. */
export async function removeServer(name: string, options: RemoveServerOptions, io: CliIo): Promise<number> {
  const { path } = locateConfig(options.config);
  let from = { id: '', name: '' };
  const written = await updateConfigFile(path, (file) => {
    const config = configWithServer(
      configsOf(file),
      ({ servers }) => servers.some((server) => server.name === name),
      name,
      options.mcpConfig,
    );
    const gone = new Set<unknown>(config.servers.filter((server) => server.name === name).map(({ json }) => json));
    config.json.mcp_config = (config.json.mcp_config as unknown[]).filter((server) => !gone.has(server));
    from = { id: config.id, name: config.name };
    return file;
  });
  if (options.json === true) {
    io.stdout(`${JSON.stringify({ server: name, mcp_config: from, path: written.path, backup: written.backup })}\n`);
    return EXIT.ok;
  }
  const backup = written.backup === null ? '' : `The file before: ${written.backup}\n`;
  io.stdout(`Removed ${JSON.stringify(name)} from config ${JSON.stringify(from.name)} of ${written.path}\n${backup}`);
  return EXIT.ok;
}
