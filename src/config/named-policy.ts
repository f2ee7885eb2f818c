import { stat, readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { DetectorName } from '../contracts/finding.js';
import type { GuardrailPolicy } from '../contracts/server-entry.js';
import { describeReadError } from './config-file.js';
import { environmentVariable } from './environment.js';
import { parseConfigText } from './config-text.js';
import { readDraft } from './draft.js';
import { toNewestForm } from './older-forms/newest-form.js';
import { readPolicies } from './policy-resolution.js';
import { ConfigError, formatPath } from './problem.js';
import { forbiddenNames, schemaProblems } from './schema-problems.js';

/**
 * The local detectors of a policy of a config file by its name, every one of them blocking; remote providers are not asked. The whole file must fit the schema, but servers and keys are
 * not resolved: a text can be checked without the secrets that servers refer to.
 * @throws ConfigError with every problem, or with the names there are
 */
export async function loadNamedPolicy(path: string, name: string): Promise<GuardrailPolicy> {
  const file = resolve(path);
  const parsed = parseConfigText(await readBytes(file));
  if ('fault' in parsed) throw new ConfigError(file, [{ path: '', message: parsed.fault }]);
  const written = parsed.value;
  const newest = toNewestForm(written);
  const problems = [...forbiddenNames(written), ...newest.problems, ...schemaProblems(newest.json)];
  const { plugins } = readDraft(newest.json);
  const sources = { environment: environmentVariable, configDir: dirname(file), files: new Set<string>() };
  const table = plugins === null ? null : readPolicies(plugins, { sources, problems, warnings: [] });
  if (problems.length > 0 || table === null) {
    throw new ConfigError(
      file,
      problems.map(({ path: at, message }) => ({ path: formatPath(newest.pathInFile(at), written), message })),
    );
  }
  const policy = table.local.get(name);
  if (policy === undefined) {
    const known = [...table.local.keys()].join(', ');
    throw new ConfigError(file, [
      {
        path: 'plugins.guardrails.config.policies',
        message: `there is no policy ${JSON.stringify(name)}; there are: ${known}`,
      },
    ]);
  }
  const { detectors } = policy;
  const block = new Set(Object.keys(detectors) as DetectorName[]);
  return Object.freeze({ policyName: name, detectors, block, redactPii: false, ...table.shared });
}

async function readBytes(file: string): Promise<Buffer> {
  try {
    const info = await stat(file);
    // A pipe may wait for ever, a device never end.
    if (info.isFile() || info.isDirectory()) return await readFile(file);
  } catch (error) {
    throw new ConfigError(file, [{ path: '', message: describeReadError(error) }]);
  }
  throw new ConfigError(file, [{ path: '', message: 'this is a pipe or a device, not a file' }]);
}
