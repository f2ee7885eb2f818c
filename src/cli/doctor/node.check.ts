import { type Check, fail, ok } from './check.js';

/** The oldest release the package runs on, as `engines` in its package.json says. */
const OLDEST = [20, 19, 0] as const;

/** @param version as `process.versions.node` has it */
export function checkNode(version: string): Check {
  const parts = version.split('.').map((part) => Number.parseInt(part, 10));
  const oldest = OLDEST.join('.');
  for (const [index, wanted] of OLDEST.entries()) {
    const found = parts[index] ?? 0;
    if (found > wanted) break;
    if (found < wanted) return fail('node', `version ${version}`, `Install Node.js ${oldest} or newer.`);
  }
  return ok('node', `version ${version} (needs ${oldest})`);
}
