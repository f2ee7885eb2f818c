import type { Node } from 'jsonc-parser';
import type { JsonDocument } from './json-document.js';

/** How a file is laid out, so that what is added looks like the rest. */
export interface JsonStyle {
  readonly eol: '\n' | '\r\n';
  /** One level of indentation. */
  readonly unit: string;
  /** The whole document stands on one line. */
  readonly compact: boolean;
}

export function styleOf({ text, root }: JsonDocument): JsonStyle {
  const body = text.slice(root.offset, root.offset + root.length);
  return {
    eol: text.includes('\r\n') ? '\r\n' : '\n',
    unit: /\n([ \t]+)\S/.exec(body)?.[1] ?? '  ',
    compact: root.children?.length !== 0 && !body.includes('\n'),
  };
}

/** White space at the start of the line on which a node begins. */
export function lineIndent({ text }: JsonDocument, node: Node): string {
  const lineStart = text.lastIndexOf('\n', node.offset - 1) + 1;
  return /^[^\S\r\n]*/.exec(text.slice(lineStart, node.offset))?.[0] ?? '';
}

/** A value as text whose further lines start with `indent`. */
export function render(value: unknown, style: JsonStyle, indent: string): string {
  if (style.compact) return JSON.stringify(value);
  return JSON.stringify(value, null, style.unit)
    .split('\n')
    .join(style.eol + indent);
}
