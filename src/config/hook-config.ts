import { readFile, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { HookClientName, HookPolicy } from '../contracts/hook-policy.js';
import { describeReadError } from './config-file.js';
import { parseConfigText } from './config-text.js';
import { readDraft } from './draft.js';
import { environmentVariable } from './environment.js';
import { resolveHooks } from './hook-resolution.js';
import { toNewestForm } from './older-forms/newest-form.js';
import { readPolicies } from './policy-resolution.js';
import { ConfigError, formatPath } from './problem.js';
import { forbiddenNames, schemaProblems } from './schema-problems.js';
import { type GatewaySettings, readSettings } from './settings.js';

/** The part of a config file that the hooks of one client need. */
export interface HookConfig {
  readonly settings: GatewaySettings;
  readonly hook: HookPolicy;
}

/**
 * Reads a config file for a client's hook. The whole file must fit the schema, but servers and keys are not resolved: a hook runs in
 * its client's environment, which has none of the secrets that servers refer to and needs none.
 * @throws ConfigError with every problem
 */
export async function loadHookConfig(path: string, client: HookClientName): Promise<HookConfig> {
  const file = resolve(path);
  const parsed = parseConfigText(await readBytes(file));
  if ('fault' in parsed) throw new ConfigError(file, [{ path: '', message: parsed.fault }]);
  const written = parsed.value;
  const newest = toNewestForm(written);
  const problems = [...forbiddenNames(written), ...newest.problems, ...schemaProblems(newest.json)];
  const { common, plugins, hooks } = readDraft(newest.json);
  if (common !== null && plugins !== null && hooks !== null) {
    // Providers are asked from here, so their secrets have to be found here; a reference that leads nowhere is a problem.
    const sources = { environment: environmentVariable, configDir: dirname(file), files: new Set<string>() };
    const policies = readPolicies(plugins, { sources, problems, warnings: [] });
    const hook = resolveHooks(hooks, policies, problems, []).get(client);
    if (problems.length === 0 && hook !== undefined) {
      return { settings: readSettings(common, plugins, dirname(file), null), hook };
    }
  }
  throw new ConfigError(
    file,
    problems.map(({ path: at, message }) => ({ path: formatPath(newest.pathInFile(at), written), message })),
  );
}

async function readBytes(file: string): Promise<Buffer> {
  try {
    // A pipe or terminal may wait forever, a device never end, and a process that waits for a file cannot end.
    const info = await stat(file);
    if (!info.isFile() && !info.isDirectory()) {
      throw new ConfigError(file, [{ path: '', message: 'this is a pipe or a device, not a file' }]);
    }
    return await readFile(file);
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    throw new ConfigError(file, [{ path: '', message: describeReadError(error) }]);
  }
}
