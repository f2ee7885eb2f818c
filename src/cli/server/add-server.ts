import { judgeConfig } from '../../config/config-file.js';
import { locateConfig } from '../../config/locate.js';
import { describeProblem, formatPath } from '../../config/problem.js';
import { environmentVariable } from '../../config/environment.js';
import { updateConfigFile } from '../../config/update-config-file.js';
import { configBytes, type WrittenFile } from '../../config/write-config-file.js';
import { GatewayError } from '../../errors.js';
import { type CliIo, EXIT } from '../cli-io.js';
import { chooseConfig, configsOf, type FileConfig, type FileServer, readFileJson } from './config-servers.js';
import { entryOf, secretAdvice, type ServerWords, shownEntry } from './server-entry.js';

export interface AddServerOptions extends ServerWords {
  readonly config?: string;
  readonly mcpConfig?: string;
  readonly replace?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
  readonly test?: boolean;
}

type Json = Record<string, unknown>;

/** Where the entry stands once it is in the file's JSON. */
interface Placed {
  readonly config: FileConfig;
  readonly index: number;
  readonly entry: Json;
  readonly replaced: boolean;
}

interface Done extends Placed, WrittenFile {
  readonly warnings: readonly string[];
  readonly dryRun: boolean;
}

/**
 * `server add`: writes one server into the config file, which must then load as a whole.
 * @param line what stands behind `--`
 */
export async function addServer(
  name: string,
  line: readonly string[],
  options: AddServerOptions,
  io: CliIo,
): Promise<number> {
  const { path } = locateConfig(options.config);
  const warnings = secretAdvice(options, line);
  let placed: Placed | undefined;
  const change = (file: Json): Json => {
    placed = place(file, name, line, options);
    return file;
  };
  let written: WrittenFile;
  try {
    written = await (options.dryRun === true ? rehearse(path, change, () => placed) : updateConfigFile(path, change));
  } catch (error) {
    throw withHint(error, placed?.entry);
  }
  if (placed === undefined) throw new GatewayError('internal', 'The change was not made.');
  const done = { ...placed, ...written, warnings, dryRun: options.dryRun === true };
  if (options.json !== true) tell(done, options.test === true, io);
  if (options.test !== true) {
    if (options.json === true) io.stdout(`${JSON.stringify(summaryOf(done))}\n`);
    return EXIT.ok;
  }
  const [{ inspectServer }, { renderReport }] = await Promise.all([
    import('./test-server.js'),
    import('./test-report.js'),
  ]);
  const test = { config: path, mcpConfig: placed.config.id };
  const report = await inspectServer(name, test, io);
  io.stdout(options.json === true ? `${JSON.stringify({ ...summaryOf(done), test: report })}\n` : renderReport(report));
  return report.status === 'ok' ? EXIT.ok : EXIT.failure;
}

/** Puts the entry where it belongs. @throws GatewayError `config_invalid`: no such config, or the name is taken */
function place(file: Json, name: string, line: readonly string[], options: AddServerOptions): Placed {
  const config = chooseConfig(configsOf(file), options.mcpConfig);
  const taken = config.servers.find((server) => isSame(server.name, name));
  if (taken !== undefined && options.replace !== true) throw nameTaken(config, taken, name);
  const entry = entryOf(name, options, line, taken?.json ?? null);
  const list: unknown[] = Array.isArray(config.json.mcp_config) ? config.json.mcp_config : [];
  const index = taken?.index ?? list.length;
  list[index] = entry;
  config.json.mcp_config = list;
  return { config, index, entry, replaced: taken !== undefined };
}

/** Clients and people mix up names that differ in case only. */
function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function nameTaken(config: FileConfig, taken: FileServer, name: string): GatewayError {
  let free = name;
  for (let number = 2; config.servers.some((server) => isSame(server.name, free)); number++) {
    free = `${name}_${String(number)}`;
  }
  const there = JSON.stringify(taken.name);
  return new GatewayError(
    'config_invalid',
    `Config ${JSON.stringify(config.name)} has a server ${there} already. Choose another name, for example ${JSON.stringify(free)}, or add --replace.`,
  );
}

/** The same judgement without the write. @throws GatewayError `config_invalid` with every problem of the entry */
async function rehearse(
  path: string,
  change: (file: Json) => Json,
  placed: () => Placed | undefined,
): Promise<WrittenFile> {
  const file = change(await readFileJson(path));
  const { config, index } = placed() ?? {};
  const where = formatPath(['mcp_configs', config?.id ?? '', 'mcp_config', index ?? 0], file);
  const judged = judgeConfig(configBytes(file), path);
  const problems = judged.ok ? [] : judged.problems.filter((problem) => problem.path.startsWith(where));
  if (problems.length === 0) return { path, backup: null };
  const lines = problems.map((problem) => `  ${describeProblem(problem)}`);
  throw new GatewayError('config_invalid', [`${path} would not load:`, ...lines].join('\n'));
}

/** A reference is resolved here as the gateway resolves it, and the two may run with different environments. */
function withHint(error: unknown, entry: Json | undefined): unknown {
  const references = JSON.stringify(entry ?? {}).matchAll(/(?<!\$)\$\{env:(\w+)\}/g);
  const unset = [...references].map(([, name = '']) => name).filter((name) => environmentVariable(name) === undefined);
  const [name] = unset;
  if (name === undefined || !(error instanceof GatewayError) || error.code !== 'config_invalid') return error;
  const hint = `If only the gateway has the variable, set it for this command too, to any value: ${name}=x secure-mcp-gateway server add …`;
  return new GatewayError('config_invalid', `${error.message}\n${hint}`, { cause: error });
}

/** What happened, for machines. */
function summaryOf({ config, entry, ...done }: Done): Json {
  return {
    server: entry.server_name,
    replaced: done.replaced,
    dry_run: done.dryRun,
    mcp_config: { id: config.id, name: config.name },
    path: done.path,
    backup: done.backup,
    warnings: done.warnings,
    entry: shownEntry(entry),
  };
}

/** What happened, for people. */
function tell({ config, entry, replaced, ...done }: Done, goesOn: boolean, io: CliIo): void {
  const name = String(entry.server_name);
  for (const warning of done.warnings) io.stderr(`warning: ${warning}\n`);
  if (entry.input_guardrails_policy === undefined && entry.output_guardrails_policy === undefined) {
    io.stderr(`note: ${name} has no guardrail policy; only its allow-list and the schemas of its tools are checked\n`);
  }
  const where = `${JSON.stringify(name)} in config ${JSON.stringify(config.name)} of ${done.path}`;
  if (done.dryRun) {
    io.stdout(`Would ${replaced ? 'replace' : 'add'} ${where}:\n${JSON.stringify(shownEntry(entry), null, 2)}\n`);
    return;
  }
  io.stdout(`${replaced ? 'Replaced' : 'Added'} ${where}\n`);
  if (done.backup !== null) io.stdout(`The file before: ${done.backup}\n`);
  if (!goesOn) io.stdout(`Try it: secure-mcp-gateway server test ${JSON.stringify(name)}\n`);
}
