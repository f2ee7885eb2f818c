export type JsonObject = Record<string, unknown>;

/** Puts `part` into `target`: objects member by member; everything else is replaced. */
export function merge(target: JsonObject, part: JsonObject): JsonObject {
  for (const [key, value] of Object.entries(part)) {
    const known = target[key];
    target[key] = isObject(known) && isObject(value) ? merge(known, value) : value;
  }
  return target;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
