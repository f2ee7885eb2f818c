import { readConfigFile } from '../../config/config-file.js';
import type { ConfigLocation } from '../../config/locate.js';
import { type ConfigProblem, describeProblem } from '../../config/problem.js';
import type { ConfigSnapshot } from '../../config/snapshot.js';
import { type Check, fail, ok, warn } from './check.js';

const CHOSEN_BY = { flag: '--config', environment: 'ENKRYPT_CONFIG', default: 'the default place' } as const;

/** One line for the file, and one for each of its problems and warnings. Keys have a check of their own. */
export async function checkConfigFile(
  location: ConfigLocation,
): Promise<{ readonly checks: readonly Check[]; readonly snapshot: ConfigSnapshot | null }> {
  const { path } = location;
  const result = await readConfigFile(path);
  const where = `${path} (from ${CHOSEN_BY[location.source]})`;
  if (!result.ok) {
    const lines = result.problems.map((problem) => fail('config', describeProblem(problem), remedyOf(problem, path)));
    const rest = 'Then run doctor again: keys, guardrails, cache, audit log and servers can only be checked with it.';
    return { checks: [fail('config', `${where} is not usable`, rest), ...lines], snapshot: null };
  }
  const { snapshot } = result;
  const warnings = snapshot.warnings.filter((warning) => !warning.path.startsWith('apikeys'));
  const revision = `revision ${snapshot.revision}`;
  return {
    checks: [
      ok('config', `${where}, ${revision}`),
      ...warnings.map((warning) => warn('config', describeProblem(warning), remedyOf(warning, path))),
    ],
    snapshot,
  };
}

function remedyOf(problem: ConfigProblem, path: string): string {
  return problem.path === ''
    ? `See to the file ${path}.`
    : `Correct ${problem.path} in ${path}; docs/configuration.md has every key.`;
}
