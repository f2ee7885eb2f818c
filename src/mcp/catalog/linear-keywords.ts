import type { Ajv } from 'ajv';

/**
 * Replaces what takes Ajv quadratic time or worse: a caller's arguments of some hundred kilobytes would stop the gateway for everyone.
 * uniqueItems compares every pair of items, and the pattern of the format `url` back-tracks.
 */
export function useLinearKeywords(ajv: Pick<Ajv, 'addFormat' | 'addKeyword' | 'removeKeyword'>): void {
  ajv.addFormat('url', { type: 'string', validate: (text: string) => URL.canParse(text) });
  ajv.removeKeyword('uniqueItems');
  ajv.addKeyword({
    keyword: 'uniqueItems',
    type: 'array',
    schemaType: 'boolean',
    error: { message: 'must NOT have duplicate items' },
    validate: (wanted: boolean, items: readonly unknown[]) => !wanted || areUnique(items),
  });
}

/** Two items are equal when their JSON is, whatever the order of members (JSON Schema 2020-12, 4.2.2). */
function areUnique(items: readonly unknown[]): boolean {
  const seen = new Set<string>();
  for (const item of items) {
    const text = canonical(item);
    if (seen.has(text)) return false;
    seen.add(text);
  }
  return true;
}

/** The arguments are parsed JSON of bounded depth. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`);
  return `{${members.sort().join(',')}}`;
}
