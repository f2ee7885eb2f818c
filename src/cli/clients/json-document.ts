import { type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import { GatewayError } from '../../errors.js';

/** Place of a value: member names and array indexes from the root. */
export type JsonPath = readonly (string | number)[];

/** A JSON file as its owner wrote it, with comments and trailing commas. */
export interface JsonDocument {
  /** Without a byte order mark. */
  readonly text: string;
  /** Always an object. */
  readonly root: Node;
  /** For messages. */
  readonly file: string;
}

/**
 * Reads a client's file; nothing but white space and comments counts as an empty object.
 * @throws GatewayError `config_invalid` naming file and place
 */
export function parseDocument(text: string, file: string): JsonDocument {
  const [root, fault] = parse(text);
  if (root === undefined && fault !== undefined && isBlank(text)) {
    const filled = `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}{}\n`;
    return parseDocument(filled, file);
  }
  if (root === undefined || fault !== undefined) throw broken(file, `is not valid JSON (${fault ?? 'no value'})`);
  if (root.type !== 'object') throw broken(file, `holds ${withArticle(root.type)} where an object is needed`);
  return { text, root, file };
}

/**
 * The node at a path; undefined when there is none.
 * @throws GatewayError `config_invalid` when a member on the way stands there twice: clients would read the one, we the other
 */
export function nodeAt(document: JsonDocument, path: JsonPath): Node | undefined {
  let node: Node | undefined = document.root;
  for (const step of path) {
    if (node === undefined) return undefined;
    node = typeof step === 'number' ? elementsOf(node)[step] : memberOf(document, node, step);
  }
  return node;
}

/** An object or an array at a path, undefined when there is nothing. @throws GatewayError `config_invalid` when it is something else */
export function containerAt(document: JsonDocument, path: JsonPath, type: 'object' | 'array'): Node | undefined {
  const node = nodeAt(document, path);
  if (node === undefined || node.type === type) return node;
  throw broken(
    document.file,
    `holds ${withArticle(node.type)} as ${path.join('.')} where ${withArticle(type)} is needed`,
  );
}

/** Members of an object, elements of an array. */
export function elementsOf(node: Node): readonly Node[] {
  return node.children ?? [];
}

export function nameOf(property: Node): string {
  return String(property.children?.[0]?.value);
}

export function valueOf(property: Node): Node | undefined {
  return property.children?.[1];
}

/** Whether two values are written alike, the order of members included; the parser's objects have no prototype. */
export function isSameJson(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function memberOf({ file }: JsonDocument, node: Node, name: string): Node | undefined {
  if (node.type !== 'object') return undefined;
  const found = elementsOf(node).filter((property) => nameOf(property) === name);
  if (found.length > 1) throw broken(file, `has the member ${JSON.stringify(name)} twice in one object`);
  return found[0] === undefined ? undefined : valueOf(found[0]);
}

function parse(text: string): [root: Node | undefined, fault: string | undefined] {
  const errors: ParseError[] = [];
  try {
    const root = parseTree(text, errors, { allowTrailingComma: true });
    const [first] = errors;
    return [
      root,
      first === undefined ? undefined : `${placeOf(text, first.offset)}: ${printParseErrorCode(first.error)}`,
    ];
  } catch (error) {
    // The parser is recursive; a few thousand levels are far more than any client writes.
    if (error instanceof RangeError) return [undefined, 'nested too deeply'];
    throw error;
  }
}

function placeOf(text: string, offset: number): string {
  const lines = text.slice(0, offset).split('\n');
  return `line ${String(lines.length)}, column ${String((lines.at(-1)?.length ?? 0) + 1)}`;
}

function isBlank(text: string): boolean {
  return text.replace(/\/\*[\s\S]*?\*\/|\/\/[^\r\n]*/g, '').trim() === '';
}

function broken(file: string, fault: string): GatewayError {
  return new GatewayError(
    'config_invalid',
    `${file} ${fault}. Correct it, or move it away, and run this again. Nothing was changed.`,
  );
}

function withArticle(type: string): string {
  return type === 'null' ? type : `${/^[aeiou]/.test(type) ? 'an' : 'a'} ${type}`;
}
