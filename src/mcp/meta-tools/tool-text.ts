import type { Tool } from '@modelcontextprotocol/server';

/** Some four bytes of English or JSON are a token; tokenizers differ. */
const BYTES_PER_TOKEN = 4;
/** Of the text of one definition that is searched. */
const MAX_CHARS = 8_192;
const MAX_DEPTH = 8;
const MAX_WORD_CHARS = 64;

const costs = new WeakMap<object, number>();

/** What the definition of a tool costs a model that is given it, in tokens: an estimate. */
export function tokensOf(definition: Tool): number {
  let tokens = costs.get(definition);
  if (tokens === undefined) {
    tokens = Math.ceil(Buffer.byteLength(JSON.stringify(definition)) / BYTES_PER_TOKEN);
    costs.set(definition, tokens);
  }
  return tokens;
}

/** The words of a text; those of `camelCase` and `snake_case` names apart. */
export function wordsOf(text: string): string[] {
  return text
    .slice(0, MAX_CHARS)
    .replace(/(\p{Ll}|\p{N})(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '' && word.length <= MAX_WORD_CHARS);
}

/** Names and descriptions of a schema's members. */
export function parameterText(schema: unknown): string {
  const parts: string[] = [];
  let chars = 0;
  const take = (value: unknown): void => {
    if (typeof value !== 'string' || chars > MAX_CHARS) return;
    chars += value.length;
    parts.push(value);
  };
  const walk = (value: unknown, depth: number): void => {
    if (typeof value !== 'object' || value === null || depth > MAX_DEPTH || chars > MAX_CHARS) return;
    const { properties, items, description } = value as {
      properties?: unknown;
      items?: unknown;
      description?: unknown;
    };
    take(description);
    for (const [name, member] of Object.entries(typeof properties === 'object' ? (properties ?? {}) : {})) {
      take(name);
      walk(member, depth + 1);
    }
    walk(items, depth + 1);
  };
  walk(schema, 0);
  return parts.join(' ');
}
