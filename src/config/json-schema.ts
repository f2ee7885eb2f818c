import * as z from 'zod';
import { configFileSchema } from './schema.js';

interface SchemaNode {
  description?: string;
  properties?: Record<string, SchemaNode>;
  additionalProperties?: SchemaNode | boolean;
  items?: SchemaNode | boolean;
  anyOf?: SchemaNode[];
}

/**
 * The config file's schema as JSON Schema (draft 7, the one that editors know best), for completion and for marking mistakes while
 * typing. It describes the newest form alone, and only what one value at a time can show: `config validate` has the last word.
 * @param reference docs/configuration.md, whose tables describe every key
 */
export function configJsonSchema(reference: string): Record<string, unknown> {
  const root = z.toJSONSchema(configFileSchema, {
    io: 'input',
    unrepresentable: 'any',
    target: 'draft-7',
  }) as SchemaNode;
  describe(root, '', readDescriptions(reference));
  return { ...root, title: 'Config file of secure-mcp-gateway' };
}

/** Key -> meaning, from the tables below "Reference". Each heading in code font is the object that its tables describe. */
function readDescriptions(reference: string): ReadonlyMap<string, string> {
  const descriptions = new Map<string, string>();
  let object = '';
  let inKeyTable = false;
  for (const line of reference.slice(reference.indexOf('\n## Reference')).split('\n')) {
    const heading = /^### (?:`([^`]+)`|Top level)$/.exec(line);
    if (heading !== null) object = heading[1] ?? '';
    inKeyTable = line.startsWith('|') && (inKeyTable || /^\| key +\|/.test(line));
    if (!inKeyTable) continue;
    const [, keys = '', , meaning = ''] = line.split('|');
    for (const [, key = ''] of keys.matchAll(/`([^`]+)`/g)) descriptions.set(join(object, key), plain(meaning));
  }
  return descriptions;
}

function plain(markdown: string): string {
  return markdown.replaceAll('`', '').trim();
}

function describe(node: SchemaNode, at: string, descriptions: ReadonlyMap<string, string>): void {
  for (const [name, child] of Object.entries(node.properties ?? {})) {
    const path = join(at, name);
    const description = descriptions.get(path);
    if (description !== undefined) child.description = description;
    describe(child, path, descriptions);
  }
  if (typeof node.additionalProperties === 'object') describe(node.additionalProperties, `${at}.<name>`, descriptions);
  if (typeof node.items === 'object') describe(node.items, `${at}[]`, descriptions);
  for (const option of node.anyOf ?? []) describe(option, at, descriptions);
}

function join(object: string, key: string): string {
  return object === '' ? key : `${object}.${key}`;
}
