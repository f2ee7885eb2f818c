/** Keywords that cost more than one step per piece of the arguments. */
const COSTLY: ReadonlySet<string> = new Set(['format', 'pattern', 'patternProperties', 'uniqueItems']);
/** With a reference the schema's size says nothing: a few lines can name each other a million times over. */
const REFERENCES: ReadonlySet<string> = new Set(['$ref', '$dynamicRef', '$recursiveRef']);
const COSTLY_STEPS = 1_000;

/** About how many steps a schema takes per piece of the arguments; Infinity when that cannot be told from its size. */
export function schemaCost(schema: unknown): number {
  let cost = 0;
  const waiting: unknown[] = [schema];
  for (let value = waiting.pop(); value !== undefined; value = waiting.pop()) {
    cost++;
    if (typeof value !== 'object' || value === null) continue;
    for (const [name, member] of Object.entries(value)) {
      if (REFERENCES.has(name)) return Number.POSITIVE_INFINITY;
      if (COSTLY.has(name)) cost += COSTLY_STEPS;
      waiting.push(member ?? null);
    }
  }
  return cost;
}

/** Values of every kind in a schema, counted up to `limit`. */
export function isLargerThan(schema: unknown, limit: number): boolean {
  let count = 0;
  const waiting: unknown[] = [schema];
  for (let value = waiting.pop(); value !== undefined; value = waiting.pop()) {
    if (++count > limit) return true;
    if (typeof value === 'object' && value !== null) {
      for (const member of Object.values(value)) waiting.push(member ?? null);
    }
  }
  return false;
}

/** True when the pieces of the arguments (values, names, characters) are at most `limit`. */
export function fitsIn(args: unknown, limit: number): boolean {
  return spend(args, limit) >= 0;
}

/** What is left of the budget. The arguments are parsed JSON of bounded depth. */
function spend(value: unknown, budget: number): number {
  let left = budget - 1;
  if (typeof value === 'string') return left - value.length;
  if (typeof value !== 'object' || value === null) return left;
  for (const [name, member] of Object.entries(value)) {
    if (left < 0) return left;
    left = spend(member, left - name.length);
  }
  return left;
}
