import type { Finding } from '../contracts/finding.js';

const NOTICE = '[withheld by the guardrail policy]';

/**
 * A copy of a value in which every text that one of the findings is in has become a notice, and every such number 0: the shape stays,
 * because Claude Code ignores a replacement that has another shape than the tool's output. Findings that cannot be followed (their
 * path runs through a member name with a hit in it) change nothing, so the copy is to be checked again.
 */
export function withholdFindings(
  value: Readonly<Record<string, unknown>>,
  findings: readonly Finding[],
): Record<string, unknown> {
  const copy = structuredClone(value) as Record<string, unknown>;
  for (const { path } of findings) replaceAt(copy, path);
  return copy;
}

/** The same shape as far as possible without anything of the value: content blocks for a list of them, else a text. */
export function withholdAll(value: unknown): unknown {
  return Array.isArray(value) ? [{ type: 'text', text: NOTICE }] : NOTICE;
}

/**
 * The same shape with nothing of the value but the names of its members, for output of a tool that the client itself has. `type` stays:
 * it tells the client which of several shapes this is.
 */
export function withholdTexts(value: unknown): unknown {
  if (typeof value === 'string') return NOTICE;
  if (typeof value === 'number') return 0;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(withholdTexts);
  return Object.fromEntries(
    Object.entries(value).map(([name, member]: [string, unknown]) => [
      name,
      name === 'type' && isKind(member) ? member : withholdTexts(member),
    ]),
  );
}

function isKind(value: unknown): boolean {
  return typeof value === 'string' && /^[a-z_]{1,32}$/.test(value);
}

/** @param pointer JSON Pointer (RFC 6901) */
function replaceAt(root: object, pointer: string): void {
  const names = pointer
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  const last = names.pop() ?? '';
  let holder: unknown = root;
  for (const name of names) holder = memberOf(holder, name);
  const leaf = memberOf(holder, last);
  if (typeof leaf !== 'string' && typeof leaf !== 'number') return;
  (holder as Record<string, unknown>)[last] = typeof leaf === 'number' ? 0 : NOTICE;
}

function memberOf(holder: unknown, name: string): unknown {
  if (typeof holder !== 'object' || holder === null || !Object.hasOwn(holder, name)) return undefined;
  return (holder as Record<string, unknown>)[name];
}
