import { text } from 'node:stream/consumers';
import { readBuildInfo } from '../../config/build-info.js';
import { ConfigError } from '../../config/problem.js';
import type { McpConfig } from '../../contracts/server-entry.js';
import { GatewayError } from '../../errors.js';
import type { CliIo } from '../cli-io.js';
import { withGateway } from '../in-process-gateway.js';
import { plainJson, plainText } from '../plain-text.js';
import { showProgress } from '../progress.js';
import { chooseConfig, configWithServer } from '../server/config-servers.js';
import { renderScan, sarifOf } from './render-scan.js';
import { type ScanReport, scanServers } from './scan-servers.js';
import { type ScanTarget, scanTarget, type ScanWords } from './scan-target.js';

export interface ScanOptions extends ScanWords {
  readonly json?: boolean;
  readonly sarif?: boolean;
}

/** As the issue asks: what was found counts before what could not be asked. */
const CODES = { clean: 0, found: 1, failed: 2 } as const;

/** `scan`: lists poisoned or suspicious definitions of real servers before anyone uses them. */
export async function scan(word: string | undefined, options: ScanOptions, io: CliIo): Promise<number> {
  try {
    const target = await scanTarget(word, options, () => text(process.stdin));
    try {
      const report = await run(target, io);
      io.stdout(rendered(report, options, target.shownAs));
      return codeOf(report);
    } finally {
      await target.close();
    }
  } catch (error) {
    if (!(error instanceof GatewayError || error instanceof ConfigError)) throw error;
    io.stderr(`error: ${plainText(error.message)}\n`);
    return CODES.failed;
  }
}

async function run(target: ScanTarget, io: CliIo): Promise<ScanReport> {
  const progress = showProgress(io, () => 'asking the servers');
  try {
    return await withGateway(target.configPath, 'silent', async (gateway, signal) => {
      const reports: ScanReport[] = [];
      for (const config of configsOf(target, [...gateway.snapshot.configs.values()])) {
        const servers = [...config.servers.values()].filter(({ name }) => name === (target.server ?? name));
        reports.push(await scanServers(gateway, config, servers, signal));
      }
      const unusable = target.unusable.map(({ server, error }) => ({
        server,
        status: 'failed' as const,
        error,
        tools: 0,
      }));
      return {
        servers: [...reports.flatMap(({ servers }) => servers), ...unusable],
        findings: reports.flatMap(({ findings }) => findings),
      };
    });
  } finally {
    progress.stop();
  }
}

/** @throws GatewayError when the server or the config is not there */
function configsOf({ server, mcpConfig }: ScanTarget, all: readonly McpConfig[]): readonly McpConfig[] {
  if (server !== null)
    return [configWithServer(all, ({ servers }) => servers.has(server), server, mcpConfig ?? undefined)];
  return mcpConfig === null ? all : [chooseConfig(all, mcpConfig)];
}

function rendered(report: ScanReport, { json, sarif }: ScanOptions, file: string): string {
  if (sarif === true) return `${plainJson(sarifOf(report, readBuildInfo().version, file), 2)}\n`;
  return json === true ? `${plainJson(report)}\n` : renderScan(report);
}

function codeOf({ servers, findings }: ScanReport): number {
  if (findings.some(({ level }) => level !== 'note')) return CODES.found;
  return servers.some(({ status }) => status === 'failed') ? CODES.failed : CODES.clean;
}
