import { getNodeValue } from 'jsonc-parser';
import { GatewayError } from '../../errors.js';
import {
  type JsonDocument,
  type JsonPath,
  elementsOf,
  isSameJson,
  nameOf,
  nodeAt,
  parseDocument,
} from './json-document.js';
import { type TextEdit, applied, insertInto, removeItem } from './json-splice.js';
import { type JsonStyle, lineIndent, render, styleOf } from './json-style.js';

/**
 * Sets the value at a path and leaves every other character where it was; objects on the way are made. jsonc-parser's own `modify` is not
 * used because it moves the comment behind the last member and drops those behind a removed one.
 */
export function setValue(document: JsonDocument, path: JsonPath, value: unknown): JsonDocument {
  const style = styleOf(document);
  const present = nodeAt(document, path);
  const edits =
    present === undefined
      ? insertion(document, path, value, style)
      : [{ offset: present.offset, length: present.length, text: render(value, style, lineIndent(document, present)) }];
  return checked(document, applied(document, edits), (root) => {
    assign(root, path, value);
  });
}

/** Adds an element to the array at a path; the array and objects on the way are made. */
export function appendElement(document: JsonDocument, path: JsonPath, value: unknown): JsonDocument {
  const array = nodeAt(document, path);
  if (array === undefined) return setValue(document, path, [value]);
  const edits = insertInto(document, array, (style, indent) => render(value, style, indent));
  return checked(document, applied(document, edits), (root) => {
    (at(root, path) as unknown[]).push(structuredClone(value));
  });
}

/** Removes the member or element at a path together with its comma; nothing happens when there is none. */
export function removeValue(document: JsonDocument, path: JsonPath): JsonDocument {
  const container = nodeAt(document, path.slice(0, -1));
  const last = path.at(-1);
  if (container === undefined || last === undefined) return document;
  const elements = elementsOf(container);
  const index = typeof last === 'number' ? last : elements.findIndex((property) => nameOf(property) === last);
  if (elements[index] === undefined) return document;
  return checked(document, applied(document, removeItem(document, container, index)), (root) => {
    const parent = at(root, path.slice(0, -1));
    if (Array.isArray(parent)) parent.splice(index, 1);
    else Reflect.deleteProperty(parent as object, last);
  });
}

function insertion(document: JsonDocument, path: JsonPath, value: unknown, style: JsonStyle): TextEdit[] {
  let depth = path.length - 1;
  while (nodeAt(document, path.slice(0, depth)) === undefined) depth--;
  const container = nodeAt(document, path.slice(0, depth)) ?? document.root;
  const nested = path.slice(depth + 1).reduceRight<unknown>((inner, name) => ({ [name]: inner }), value);
  const colon = style.compact ? ':' : ': ';
  return insertInto(document, container, (own, indent) => {
    return JSON.stringify(String(path[depth])) + colon + render(nested, own, indent);
  });
}

/**
 * The new document, if it says exactly what the change means: a last look before somebody's file is replaced.
 * @throws GatewayError `internal`
 */
function checked(before: JsonDocument, text: string, change: (root: unknown) => void): JsonDocument {
  const after = parseDocument(text, before.file);
  const expected: unknown = getNodeValue(before.root);
  change(expected);
  if (isSameJson(expected, getNodeValue(after.root))) return after;
  throw new GatewayError('internal', `${before.file} could not be edited safely. Nothing was changed.`);
}

function at(root: unknown, path: JsonPath): unknown {
  return path.reduce<unknown>((value, step) => (value as Record<string | number, unknown>)[step], root);
}

function assign(root: unknown, path: JsonPath, value: unknown): void {
  let target = root as Record<string | number, unknown>;
  for (const step of path.slice(0, -1)) target = (target[step] ??= {}) as Record<string | number, unknown>;
  const last = path.at(-1);
  if (last !== undefined) target[last] = structuredClone(value);
}
