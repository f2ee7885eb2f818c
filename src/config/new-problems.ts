import { GatewayError } from '../errors.js';
import type { LoadResult } from './loader.js';
import { type ConfigProblem, describeProblem } from './problem.js';

/** Problems of a config that its state before did not have: only they are the fault of who changed it. */
export function newProblems(before: LoadResult, after: LoadResult): readonly ConfigProblem[] {
  if (after.ok) return [];
  const old = countKinds(before.ok ? [] : before.problems);
  return after.problems.filter((problem) => {
    const left = old.get(kindOf(problem)) ?? 0;
    old.set(kindOf(problem), left - 1);
    return left <= 0;
  });
}

/** @param place what was to be changed @throws GatewayError `config_invalid` when there are any */
export function refuseProblems(place: string, problems: readonly ConfigProblem[]): void {
  if (problems.length === 0) return;
  const lines = problems.map((problem) => `  ${describeProblem(problem)}`);
  const first = `${place} was not changed, because it would not load:`;
  throw new GatewayError('config_invalid', [first, ...lines].join('\n'));
}

function countKinds(problems: readonly ConfigProblem[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const problem of problems) counts.set(kindOf(problem), (counts.get(kindOf(problem)) ?? 0) + 1);
  return counts;
}

/** A problem without the indexes of its path: a server that moves up in its list keeps its old problems. */
function kindOf({ path, message }: ConfigProblem): string {
  return `${path.replace(/\[\d+\]/g, '[]')}: ${message}`;
}
