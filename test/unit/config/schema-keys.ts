import * as z from 'zod';
import { configFileSchema } from '../../../src/config/schema.js';

interface JsonSchemaNode {
  readonly properties?: Readonly<Record<string, JsonSchemaNode>>;
  readonly additionalProperties?: JsonSchemaNode | boolean;
  readonly items?: JsonSchemaNode | boolean;
  readonly anyOf?: readonly JsonSchemaNode[];
}

/** Every key that the schema knows, as `a.b`, with `<name>` for free names and `[]` for array items. */
export function schemaKeys(): string[] {
  const root = z.toJSONSchema(configFileSchema, { io: 'input', unrepresentable: 'any' }) as JsonSchemaNode;
  return [...keysBelow(root, '')].sort();
}

function* keysBelow(node: JsonSchemaNode, at: string): Generator<string> {
  for (const [name, child] of Object.entries(node.properties ?? {})) {
    const path = at === '' ? name : `${at}.${name}`;
    yield path;
    yield* keysBelow(child, path);
  }
  if (typeof node.additionalProperties === 'object') yield* keysBelow(node.additionalProperties, `${at}.<name>`);
  if (typeof node.items === 'object') yield* keysBelow(node.items, `${at}[]`);
  for (const option of node.anyOf ?? []) yield* keysBelow(option, at);
}
