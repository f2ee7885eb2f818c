import { auditCopyPlaces } from '../config/audit-signing.js';
import { loadConfigFile, readConfigFile } from '../config/config-file.js';
import { idOf } from '../config/administration/document.js';
import { locateConfig } from '../config/locate.js';
import { ConfigError, type ConfigProblem, describeProblem, formatPath } from '../config/problem.js';
import { readConfigJson } from '../config/read-config-json.js';
import type { ConfigSnapshot } from '../config/snapshot.js';
import { GatewayError } from '../errors.js';
import { type CliIo, EXIT } from './cli-io.js';

export interface ValidateConfigOptions {
  readonly config?: string;
  readonly json?: boolean;
  readonly configName?: string;
  readonly configId?: string;
}

/** `config validate`: judges the file exactly as `start` would and lists every problem with its path. */
export async function validateConfig(options: ValidateConfigOptions, io: CliIo): Promise<number> {
  const { path } = locateConfig(options.config);
  const only = await oneConfig(path, options);
  if (only !== null) return validateOne(path, only, options.json === true, io);
  try {
    const snapshot = await loadConfigFile(path);
    refuseUnplacedCopies(path, snapshot);
    if (options.json === true) {
      const { revision, warnings } = snapshot;
      io.stdout(`${JSON.stringify({ valid: true, path, revision, problems: [], warnings })}\n`);
    } else {
      for (const warning of snapshot.warnings) io.stderr(`warning: ${describeProblem(warning)}\n`);
      io.stdout(`${path} is valid: ${summaryOf(snapshot)} (revision ${snapshot.revision})\n`);
    }
    return EXIT.ok;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    if (options.json === true) {
      io.stdout(`${JSON.stringify({ valid: false, path, problems: error.problems, warnings: [] })}\n`);
    } else io.stderr(`${error.message}\n`);
    return EXIT.failure;
  }
}

/** `start` refuses as well what no gateway of this environment could do. @throws ConfigError */
function refuseUnplacedCopies(path: string, { settings }: ConfigSnapshot): void {
  try {
    auditCopyPlaces(settings);
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    throw new ConfigError(path, [{ path: 'common_mcp_gateway_config.audit', message: error.message }]);
  }
}

interface OneConfig {
  readonly id: string;
  /** Its path as problems have it. */
  readonly place: string;
}

/** The config that the options name; null = none is named. @throws AdministrationError `not_found`, GatewayError for an unreadable file */
async function oneConfig(path: string, { configName, configId }: ValidateConfigOptions): Promise<OneConfig | null> {
  if (configId === undefined && configName === undefined) return null;
  const { json } = await readConfigJson(path);
  const id = idOf(json, 'config', configId === undefined ? { name: configName ?? '' } : { id: configId });
  return { id, place: formatPath(['mcp_configs', id], json) };
}

async function validateOne(path: string, { id, place }: OneConfig, asJson: boolean, io: CliIo): Promise<number> {
  const result = await readConfigFile(path);
  const within = (found: readonly ConfigProblem[]): ConfigProblem[] =>
    found.filter(
      (problem) =>
        problem.path === place || (/^[.[]/.test(problem.path.slice(place.length)) && problem.path.startsWith(place)),
    );
  const problems = within(result.ok ? [] : result.problems);
  const warnings = within(result.ok ? result.snapshot.warnings : []);
  const valid = problems.length === 0;
  if (asJson) io.stdout(`${JSON.stringify({ valid, path, mcp_config_id: id, problems, warnings })}\n`);
  else {
    for (const warning of warnings) io.stderr(`warning: ${describeProblem(warning)}\n`);
    for (const problem of problems) io.stderr(`${describeProblem(problem)}\n`);
    if (valid) io.stdout(`Config ${id} of ${path} is valid\n`);
  }
  return valid ? EXIT.ok : EXIT.failure;
}

function summaryOf(snapshot: ConfigSnapshot): string {
  const servers = [...snapshot.configs.values()].reduce((sum, config) => sum + config.servers.size, 0);
  return [count(snapshot.configs.size, 'config'), count(servers, 'server'), count(snapshot.keys.size, 'key')].join(
    ', ',
  );
}

function count(amount: number, noun: string): string {
  return `${String(amount)} ${noun}${amount === 1 ? '' : 's'}`;
}
