// Interleaved rounds (A B C, B C A, ...) and the statistics over them. On a machine that does other things too, only figures taken
// side by side can be compared, so every ratio is the median of the ratios within one round.
import { median } from './common.mjs';
import { runLoad } from './load.mjs';
import { sleep } from './processes.mjs';
import { waitQuiet } from './proc.mjs';

/** More than this many cores used by others makes a run noisy; noisy runs count only when there are fewer than two quiet ones. */
const NOISY_CORES = 0.35;

/**
 * Runs every variant `{name, load, background?}` once per round.
 * @returns Map of variant name to its results in order of rounds (null where a run failed)
 */
export async function measure(variants, { rounds, duration, warmup, quietMs = 0, note = () => undefined }) {
  const results = new Map(variants.map((variant) => [variant.name, []]));
  for (let round = 0; round < rounds; round++) {
    for (let n = 0; n < variants.length; n++) {
      const variant = variants[(n + round) % variants.length];
      if (quietMs > 0) await waitQuiet(0.3, quietMs);
      results.get(variant.name).push(await runOnce(variant, { duration, warmup, note }));
      await sleep(50);
    }
  }
  return results;
}

async function runOnce(variant, { duration, warmup, note }) {
  try {
    const behind =
      variant.background && runLoad({ ...variant.background, duration: duration + warmup + 0.1, warmup: 0 });
    const result = await runLoad({ ...variant.load, duration, warmup });
    if (behind) {
      const other = await behind;
      result.background_rps = other.rps;
      result.errors += other.errors;
      result.mismatches += other.mismatches;
    }
    if (!result.calls || bad(result) > 0) {
      note(
        `${variant.name}: ${result.errors} errors, ${result.mismatches} mismatches ${JSON.stringify(result.error_kinds ?? {})}`,
      );
    }
    return result;
  } catch (error) {
    note(`${variant.name}: ${error.message}`);
    return null;
  }
}

/** Errors and wrong answers of one result. */
export const bad = (result) => result.errors + result.mismatches;

const usable = (result) => result !== null && result !== undefined && result.calls > 0;
const quiet = (result) => result.other_cores <= NOISY_CORES;
const prefer = (items, isQuiet) => {
  const some = items.filter(isQuiet);
  return some.length >= 2 ? some : items;
};

/** Median of one field over a variant's usable runs; NaN when there are none. */
export const med = (results, name, field) =>
  median(prefer((results.get(name) ?? []).filter(usable), quiet).map((result) => result[field]));

/** Median over the rounds of `combine(a's field, b's field)`. */
export function paired(results, a, b, field, combine) {
  const as = results.get(a) ?? [];
  const bs = results.get(b) ?? [];
  const pairs = as.map((result, n) => [result, bs[n]]).filter(([x, y]) => usable(x) && usable(y));
  return median(prefer(pairs, ([x, y]) => quiet(x) && quiet(y)).map(([x, y]) => combine(x[field], y[field])));
}

/** How many of a variant's runs were undisturbed, as `quiet/all`. */
export function quietShare(results, name) {
  const runs = (results.get(name) ?? []).filter(usable);
  return `${runs.filter(quiet).length}/${runs.length}`;
}

/** Errors and wrong answers of a variant over all rounds; a run that failed as a whole counts as one error. */
export const badTotal = (results, name) =>
  (results.get(name) ?? []).reduce((sum, result) => sum + (usable(result) ? bad(result) : 1), 0);
