import { type Node, createScanner } from 'jsonc-parser';
import { type JsonDocument, elementsOf } from './json-document.js';
import { type JsonStyle, lineIndent, styleOf } from './json-style.js';

/** One replacement of `length` characters at `offset`. */
export interface TextEdit {
  readonly offset: number;
  readonly length: number;
  readonly text: string;
}

/** The text with all edits made; they must not overlap. Those at one place keep their order. */
export function applied({ text }: JsonDocument, edits: readonly TextEdit[]): string {
  let result = '';
  let done = 0;
  for (const edit of [...edits].sort((a, b) => a.offset - b.offset)) {
    result += text.slice(done, edit.offset) + edit.text;
    done = edit.offset + edit.length;
  }
  return result + text.slice(done);
}

/** Text edits that put one more item at the end of an object or array, behind the comments that stand there. */
export function insertInto(
  document: JsonDocument,
  container: Node,
  item: (style: JsonStyle, indent: string) => string,
): TextEdit[] {
  const { text } = document;
  const last = elementsOf(container).at(-1);
  if (last === undefined) return [fillEmpty(document, container, item)];
  const style = styleOf(document);
  const close = closeOf(container);
  const end = text.slice(0, close).trimEnd().length;
  const comma = commaAfter(text, last.offset + last.length, close);
  const edits: TextEdit[] = comma === null ? [{ offset: last.offset + last.length, length: 0, text: ',' }] : [];
  const trailing = comma === null ? '' : ',';
  if (!text.slice(container.offset, close).includes('\n')) {
    const space = style.compact ? '' : ' ';
    return [...edits, { offset: end, length: 0, text: space + item({ ...style, compact: true }, '') + trailing }];
  }
  const indent = startsLine(text, last.offset)
    ? lineIndent(document, last)
    : lineIndent(document, container) + style.unit;
  return [...edits, { offset: end, length: 0, text: style.eol + indent + item(style, indent) + trailing }];
}

/** Only white space between the brackets gives way; a comment there stays, and what follows it too. */
function fillEmpty(
  document: JsonDocument,
  container: Node,
  item: (style: JsonStyle, indent: string) => string,
): TextEdit {
  const { text } = document;
  const style = styleOf(document);
  const close = closeOf(container);
  const end = text.slice(0, close).trimEnd().length;
  if (style.compact) return { offset: end, length: close - end, text: item(style, '') };
  const base = lineIndent(document, container);
  const isBlank = end === container.offset + 1;
  const needsBreak = isBlank || !text.slice(end, close).includes('\n');
  const filling = style.eol + base + style.unit + item(style, base + style.unit);
  return { offset: end, length: isBlank ? close - end : 0, text: filling + (needsBreak ? style.eol + base : '') };
}

/** Text edits that remove one item with its comma, and its line if nothing else stands there. */
export function removeItem(document: JsonDocument, container: Node, index: number): TextEdit[] {
  const { text } = document;
  const elements = elementsOf(container);
  const [node, previous, next] = [elements[index], elements[index - 1], elements[index + 1]];
  if (node === undefined) return [];
  const close = closeOf(container);
  const nodeEnd = node.offset + node.length;
  const comma = commaAfter(text, nodeEnd, next?.offset ?? close);
  // A comment between the item and its comma stays, so that the two go one by one.
  const isJoined = comma !== null && text.slice(nodeEnd, comma).trim() === '';
  const end = isJoined ? comma + 1 : nodeEnd;
  const start = text.slice(0, node.offset).trimEnd().length;
  if (start === container.offset + 1 && text.slice(end, close).trim() === '') {
    return [{ offset: start, length: close - start, text: '' }];
  }
  const own = withItsLine(text, { start, node: node.offset, end, isLast: next === undefined });
  const loose = isJoined ? null : (comma ?? commaBefore(text, previous, next, node));
  return loose === null ? [own] : [own, { offset: loose, length: 1, text: '' }];
}

/** Offset of the comma before the last item, which would stand behind nothing. */
function commaBefore(text: string, previous: Node | undefined, next: Node | undefined, node: Node): number | null {
  if (previous === undefined || next !== undefined) return null;
  return commaAfter(text, previous.offset + previous.length, node.offset);
}

/** @param at where the white space before the item starts, the item itself, and its end with the comma */
function withItsLine(
  text: string,
  at: { readonly start: number; readonly node: number; readonly end: number; readonly isLast: boolean },
): TextEdit {
  const rest = at.end + (/^[^\S\n]*/.exec(text.slice(at.end))?.[0].length ?? 0);
  const endsLine = rest >= text.length || text[rest] === '\n';
  const ownLine = text.slice(at.start, at.node).includes('\n');
  if (ownLine ? endsLine : at.isLast) return { offset: at.start, length: at.end - at.start, text: '' };
  // A comment may stand before or behind it on the same line: only the item itself goes.
  return { offset: at.node, length: rest - at.node, text: '' };
}

/** Offset of the comma between two places, comments left aside. */
function commaAfter(text: string, from: number, to: number): number | null {
  const scanner = createScanner(text, true);
  scanner.setPosition(from);
  scanner.scan();
  const offset = scanner.getTokenOffset();
  return offset < to && text[offset] === ',' ? offset : null;
}

function startsLine(text: string, offset: number): boolean {
  return /(?:^|\n)[^\S\n]*$/.test(text.slice(Math.max(0, offset - 1024), offset));
}

/** Offset of the closing bracket. */
function closeOf(container: Node): number {
  return container.offset + container.length - 1;
}
