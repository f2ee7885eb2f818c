import { createDefaultConfig } from '../config/default-config.js';
import { locateConfig } from '../config/locate.js';
import { writeConfigFile } from '../config/write-config-file.js';
import { type CliIo, EXIT } from './cli-io.js';
import { endpointUrl, httpSnippet, stdioSnippet } from './client-snippet.js';
import { bundledEchoCommand } from '../config/bundled-echo.js';
import { cliScript } from './package-root.js';

export interface GenerateConfigOptions {
  readonly config?: string;
  readonly overwrite?: boolean;
  /** False after `--no-echo-server`. */
  readonly echoServer: boolean;
  readonly json?: boolean;
}

/** `generate-config`: writes a new config and prints its two keys, which nobody can read back later. */
export async function generateConfig(options: GenerateConfigOptions, io: CliIo): Promise<number> {
  const made = createDefaultConfig({ echoServer: options.echoServer, echoCommand: bundledEchoCommand() });
  const { path } = locateConfig(options.config);
  const written = await writeConfigFile(path, made.json, { overwrite: options.overwrite ?? false });
  if (written.backup !== null) io.stderr(`The file before is kept as ${written.backup}\n`);
  if (options.json === true) {
    const summary = {
      config_path: path,
      gateway_key: made.gatewayKey,
      admin_key: made.adminKey,
      project_id: made.projectId,
      user_id: made.userId,
      mcp_config_id: made.mcpConfigId,
    };
    io.stdout(`${JSON.stringify(summary)}\n`);
    return EXIT.ok;
  }
  const start = options.config === undefined ? 'start' : `start --config ${JSON.stringify(path)}`;
  io.stdout(
    [
      `Wrote ${path}`,
      '',
      'Keep these keys: the file holds only their hashes, and they are not shown again.',
      `  gateway key  ${made.gatewayKey}`,
      `  admin key    ${made.adminKey}`,
      '',
      `Start it:  secure-mcp-gateway ${start}`,
      '',
      'Client config over HTTP (Claude Code, Cursor, VS Code):',
      httpSnippet(endpointUrl('127.0.0.1', 8000), made.gatewayKey),
      '',
      'Client config over stdio (desktop clients that start the gateway themselves):',
      stdioSnippet(cliScript(), path, made.gatewayKey),
      '',
    ].join('\n'),
  );
  return EXIT.ok;
}
