// The table that a run prints and the verdict over it.
import { round } from './common.mjs';
import { badTotal, med, paired, quietShare } from './rounds.mjs';
import { referenceName } from './scenarios.mjs';

const UNIT = { rps: 'calls/s', cpu_s_per_1000: 'CPU per call', p50_ms: 'p50', p99_ms: 'p99' };

/**
 * One line of the final table. `must` and `aim` undefined = information only.
 * @returns {{scenario: string, measured: number, unit: string, must?: number, aim?: number, atLeast: boolean, passed: boolean, aimed: boolean}}
 */
export function row(scenario, measured, { unit, must, aim, atLeast }) {
  const reaches = (limit) => limit === undefined || (atLeast ? measured >= limit : measured <= limit);
  return { scenario, measured, unit, must, aim, atLeast, passed: reaches(must), aimed: reaches(aim) };
}

/** The rows of one scenario's criteria. */
export function rowsOf(scenario, results) {
  return scenario.criteria.map((criterion) => {
    const reference = referenceName(criterion);
    const added = criterion.kind === 'added';
    const combine = added ? (x, y) => x - y : (x, y) => x / y;
    const measured = paired(results, 'gateway', reference, criterion.field, combine);
    const unit = added ? `ms ${UNIT[criterion.field]} over ${reference}` : `× ${reference}, ${UNIT[criterion.field]}`;
    return row(`${scenario.name}: ${scenario.title}`, measured, { ...criterion, unit });
  });
}

/** The absolute figures of one scenario, for the reader who wants to know what the ratios are made of. */
export function detail(scenario, results) {
  const lines = [...results.keys()].map((name) => {
    const figure = (field, digits) => round(med(results, name, field), digits) ?? '-';
    return [
      `  ${name.padEnd(12)}`,
      `${figure('rps', 0)}/s`.padStart(9),
      ` p50 ${figure('p50_ms', 3)} ms  p99 ${figure('p99_ms', 2)} ms  CPU ${figure('cpu_s_per_1000', 4)} s/1000`,
      `  util ${figure('cpu_util', 2)}  bad ${badTotal(results, name)}  quiet ${quietShare(results, name)}`,
    ].join('');
  });
  return `${scenario.name}\n${lines.join('\n')}`;
}

const limit = (entry, value) => (value === undefined ? '' : `${entry.atLeast ? '≥' : '≤'} ${value}`);

/** scenario | measured | must | aim | PASS or FAIL, as Markdown. */
export function table(rows) {
  const cells = rows.map((entry) => [
    entry.scenario,
    `${round(entry.measured, 3) ?? 'not measured'} ${entry.unit}`,
    limit(entry, entry.must),
    limit(entry, entry.aim),
    entry.must === undefined
      ? 'info'
      : `${entry.passed ? 'PASS' : 'FAIL'}${entry.passed && entry.aimed ? ' (aim)' : ''}`,
  ]);
  const head = ['scenario', 'measured', 'must', 'aim', 'result'];
  const widths = head.map((title, n) =>
    Math.max(...[title, ...cells.map((line) => line[n])].map((cell) => cell.length)),
  );
  const print = (line) => `| ${line.map((cell, n) => cell.padEnd(widths[n])).join(' | ')} |`;
  return [print(head), `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`, ...cells.map(print)].join('\n');
}
