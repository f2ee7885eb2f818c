import { applyEdits, edit } from '../../guardrails/payload-edit.js';
import { PayloadText } from '../../guardrails/payload-text.js';
import type { DataRow } from './data-row.js';

/** One text of a row, as the gateway would hand it to the detectors. */
export interface RowText {
  readonly text: string;
  readonly field: string;
  /** Notes what it becomes. */
  readonly replace: (redacted: string) => void;
}

/** The texts of a row: the leaves of a JSON object that stands for arguments, else the whole. */
export interface RowTexts {
  readonly tool: string;
  readonly texts: readonly RowText[];
  /** The row's text with what was replaced. Call it at the end. */
  readonly redacted: () => string;
}

const CALL = /^\s{0,20}([A-Za-z_][\w.:/-]{0,100})\s{1,20}(\{[^]*\})\s{0,20}$/;
const MAX_CHARS = 64 * 1_024 * 1_024;

export function textsOf(row: DataRow): RowTexts {
  const call = row.channel === 'argument' ? readCall(row.text) : null;
  if (call !== null) {
    const texts = leavesOf(call.arguments, call.tool);
    if (texts !== null) return texts;
  }
  let current = row.text;
  const replace = (redacted: string): void => {
    current = redacted;
  };
  return { tool: '', texts: [{ text: row.text, field: '', replace }], redacted: () => current };
}

/** `{…}`, or `tool {…}`. */
function readCall(text: string): { readonly tool: string; readonly arguments: object } | null {
  const named = CALL.exec(text);
  const json = named?.[2] ?? text;
  if (!/^\s*\{/.test(json)) return null;
  try {
    const value: unknown = JSON.parse(json);
    if (typeof value !== 'object' || value === null) return null;
    return { tool: named?.[1] ?? '', arguments: value };
  } catch {
    return null;
  }
}

/** Null when the arguments are nested deeper than the gateway lets pass. */
function leavesOf(value: object, tool: string): RowTexts | null {
  const payload = new PayloadText(value as Readonly<Record<string, unknown>>, 'invalid_request');
  try {
    while (!payload.step(MAX_CHARS, MAX_CHARS));
  } catch {
    return null;
  }
  const texts = payload.leaves.map(({ text, container, key, kind }): RowText => {
    const encoding = kind === 'base64' ? 'base64' : 'utf8';
    const replace = (redacted: string): void => {
      edit(container, key, Buffer.from(redacted, 'utf8').toString(encoding));
    };
    return { text, field: nameOf(container, key), replace };
  });
  const head = tool === '' ? '' : `${tool} `;
  return { tool, texts, redacted: () => head + JSON.stringify(applyEdits(payload, new Map())) };
}

type Container = PayloadText['containers'][number];

/** Nearest member name: that of the list for an item of it. */
function nameOf(container: Container, key: string | number): string {
  let name = key;
  for (let at: Container | null = container; typeof name === 'number' && at !== null; at = at.parent) name = at.key;
  return typeof name === 'string' ? name : '';
}
