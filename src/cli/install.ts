import { join } from 'node:path';
import { GatewayError } from '../errors.js';
import { type CliIo, EXIT } from './cli-io.js';
import { type Client, type ClientFiles, clientFiles } from './clients/client-files.js';
import { type ClientEdit, editClientFile, previewEdit } from './clients/edit-client-file.js';
import { type AccessOptions, type GatewayAccess, resolveAccess } from './clients/gateway-access.js';
import { type HookClient, hookEntries, installHooks } from './clients/hook-entries.js';
import { DEFAULT_NAME } from './clients/guidance.js';
import { showableStrings } from './clients/masked-diff.js';
import { type FileReport, type Report, writeReport } from './clients/report.js';
import { findingsIn, installEntry } from './clients/server-edits.js';
import { type ServerEntry, serverEntry } from './clients/server-entry.js';
import { nodePath, thisMachine } from './clients/this-machine.js';
import { cliScript } from './package-root.js';

export interface InstallOptions extends AccessOptions {
  readonly client: Client;
  readonly name: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

const HOOKS_NOTE =
  'What the hooks refuse stands under "hooks" in the gateway\'s config; without it, whatever the built-in policy finds.';

/** One file to change. */
interface Step {
  readonly kind: FileReport['kind'];
  readonly path: string;
  readonly edit: ClientEdit;
  /** What the edit puts in; secrets only below `env` and `headers`. */
  readonly values: unknown;
}

/** `install`: makes an MCP client know this gateway, by an entry in the client's own file. */
export async function install(options: InstallOptions, io: CliIo): Promise<number> {
  const files = filesOf(options.client, options.scope);
  const access = await resolveAccess(options, io);
  const entry = serverEntry(options.client, access.target, access.identity);
  const steps = stepsOf(options, files, entry, access);
  // All files are judged before the first is written.
  const planned: FileReport[] = [];
  for (const { kind, path, edit } of steps) planned.push({ kind, ...(await previewEdit(path, edit)), backup: null });
  const written = options.dryRun === true ? planned : await write(steps, access);
  const shown = showableStrings(steps.map(({ values }) => values));
  writeReport({ ...reportOf(options, files, entry, access, written), shown }, io, options.json === true);
  return EXIT.ok;
}

/** The files of a client; for `project`, the one of Claude Code that a folder shares. */
export function filesOf(client: Client, scope: 'user' | 'project'): ClientFiles {
  if (scope === 'user') return clientFiles(client, thisMachine());
  return { servers: join(process.cwd(), '.mcp.json'), section: 'mcpServers', hooks: null };
}

/** The command that undoes an installation. */
function uninstallCommand({ client, name, scope }: Pick<InstallOptions, 'client' | 'name' | 'scope'>): string {
  const more = `${name === DEFAULT_NAME ? '' : ` --name ${name}`}${scope === 'user' ? '' : ` --scope ${scope}`}`;
  return `secure-mcp-gateway uninstall --client ${client}${more}`;
}

function stepsOf(options: InstallOptions, files: ClientFiles, entry: ServerEntry, access: GatewayAccess): Step[] {
  const servers: Step = {
    kind: 'servers',
    path: files.servers,
    edit: installEntry(files.section, options.name, entry),
    values: entry,
  };
  if (options.hooks !== true || files.hooks === null || access.configPath === null) return [servers];
  const hooks = hookEntries(options.client as HookClient, {
    node: nodePath(),
    script: cliScript(),
    configPath: access.configPath,
    platform: process.platform,
  });
  return [
    servers,
    {
      kind: 'hooks',
      path: files.hooks,
      edit: installHooks(options.client as HookClient, hooks),
      values: [...hooks.values()],
    },
  ];
}

async function write(steps: readonly Step[], { newKey }: GatewayAccess): Promise<FileReport[]> {
  const done: FileReport[] = [];
  await newKey?.register();
  try {
    for (const { kind, path, edit } of steps) {
      done.push({ kind, ...(await editClientFile(path, edit, kind === 'servers')) });
    }
    return done;
  } catch (error) {
    if (done.length === 0) await newKey?.withdraw();
    const [first] = done;
    if (first === undefined || !(error instanceof GatewayError)) throw error;
    throw new GatewayError(
      error.code,
      `${error.message} (${first.target} had been written before; uninstall undoes that.)`,
      {
        cause: error,
      },
    );
  }
}

function reportOf(
  options: InstallOptions,
  files: ClientFiles,
  entry: ServerEntry,
  access: GatewayAccess,
  written: readonly FileReport[],
): Omit<Report, 'shown'> {
  const { name } = options;
  const [servers] = written;
  const before = findingsIn(servers?.before ?? '', files.servers, files.section, name, entry);
  const isUnchanged = written.every(({ action }) => action === 'unchanged');
  return {
    client: options.client,
    name,
    action: isUnchanged ? 'unchanged' : before.present === 'none' ? 'installed' : 'replaced',
    isDryRun: options.dryRun === true,
    files: written,
    details: detailsOf(access),
    data: {
      entry: withoutSecrets(entry, access.identity.key),
      project_id: access.account?.projectId ?? null,
      user_id: access.account?.userId ?? null,
      new_key: access.newKey !== null,
    },
    notes: [
      ...(before.present === 'other' ? [`"${name}" was another server before; its entry is in the backup.`] : []),
      ...before.same.map((other) => `"${other}" leads to the same gateway; its tools will be listed twice.`),
      ...access.notes,
      ...(written.some(({ kind }) => kind === 'hooks') ? [HOOKS_NOTE] : []),
    ],
    undo: uninstallCommand(options),
  };
}

function detailsOf({ target, account, newKey }: GatewayAccess): string[] {
  const reach =
    target.kind === 'local'
      ? `  starts   ${[target.node, target.script, 'stdio', '--config', target.configPath].join(' ')}`
      : `  calls    ${target.url}`;
  if (account === null) return [reach];
  const key = newKey === null ? '' : ', with a new key that the config holds hashed';
  return [reach, `  as       user ${account.userId} of project ${account.projectId}${key}`];
}

/** The entry for a machine to read, with the key blanked out. */
function withoutSecrets(entry: ServerEntry, key: string): unknown {
  return JSON.parse(JSON.stringify(entry), (_name, value: unknown) => (value === key ? '…' : value)) as unknown;
}
