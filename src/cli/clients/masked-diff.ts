import { createTwoFilesPatch } from 'diff';
import { type Node, parseTree } from 'jsonc-parser';

/** Shown in place of text that may be secret. */
const HIDDEN = '…';
/** A file on one line would show as one line of megabytes. */
const MAX_LINE_CHARS = 400;
/** The comparison gives up after this long; no file of a client comes near. */
const DIFF_TIMEOUT_MS = 5000;

/**
 * A unified diff without secrets: of the strings in the file only those in `shown` are printed, because a client's file holds tokens of
 * every server. Names of members, numbers and comments stay.
 */
export function maskedDiff(file: string, before: string, after: string, shown: ReadonlySet<string>): string {
  const [old, now] = [masked(before, shown), masked(after, shown)];
  const patch = createTwoFilesPatch(file, file, old, now, 'now', 'then', { context: 2, timeout: DIFF_TIMEOUT_MS });
  if (patch === undefined) return `(the change of ${file} is too large to show)\n`;
  if (old === now) return `${patch}(only hidden text changes)\n`;
  return (
    patch
      .split('\n')
      .filter((line) => !/^(?:={3,}$|Index: )/.test(line))
      // Comments are printed as they stand in the file; a terminal must not obey what is hidden in them.
      .map((line) => line.replace(/(?!\t)\p{Cc}/gu, ''))
      .map((line) => (line.length > MAX_LINE_CHARS ? `${line.slice(0, MAX_LINE_CHARS)}${HIDDEN}` : line))
      .join('\n')
  );
}

function masked(text: string, shown: ReadonlySet<string>): string {
  const root = parseTree(text, [], { allowTrailingComma: true });
  if (root === undefined) return text.trim() === '' ? '' : `${HIDDEN}\n`;
  let result = '';
  let done = 0;
  for (const node of strings(root)) {
    if (shown.has(String(node.value))) continue;
    result += `${text.slice(done, node.offset)}"${HIDDEN}"`;
    done = node.offset + node.length;
  }
  return result + text.slice(done);
}

/** String values in the order of the text; not the names of members. */
function strings(node: Node): readonly Node[] {
  if (node.type === 'string') return [node];
  const children = node.type === 'property' ? (node.children ?? []).slice(1) : (node.children ?? []);
  return children.flatMap(strings);
}

/** The strings in values of ours that may be shown: everything but what stands in `env` and `headers`. */
export function showableStrings(value: unknown): ReadonlySet<string> {
  const found = new Set<string>();
  collect(value, found);
  return found;
}

function collect(value: unknown, found: Set<string>): void {
  if (typeof value === 'string') found.add(value);
  else if (Array.isArray(value)) for (const item of value) collect(item, found);
  else if (typeof value === 'object' && value !== null) {
    for (const [name, item] of Object.entries(value)) if (name !== 'env' && name !== 'headers') collect(item, found);
  }
}
