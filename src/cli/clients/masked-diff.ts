import { createTwoFilesPatch } from 'diff';
import { type Node, parseTree, visit } from 'jsonc-parser';
import { plainText } from '../plain-text.js';

/** Shown in place of text that may be secret. */
const HIDDEN = '…';
/** A file on one line would show as one line of megabytes. */
const MAX_LINE_CHARS = 400;
/** The comparison gives up after this long; no file of a client comes near. */
const DIFF_TIMEOUT_MS = 5000;

/**
 * A unified diff without secrets: of the strings in the file only those in `shown` are printed, because a client's file holds tokens of
 * every server. Comments are hidden too: servers that are switched off stand there with theirs. Names of members and numbers stay.
 */
export function maskedDiff(file: string, before: string, after: string, shown: ReadonlySet<string>): string {
  const [old, now] = [masked(before, shown), masked(after, shown)];
  const patch = createTwoFilesPatch(file, file, old, now, 'now', 'then', { context: 2, timeout: DIFF_TIMEOUT_MS });
  if (patch === undefined) return `(the change of ${file} is too large to show)\n`;
  if (old === now) return `${patch}(only hidden text changes)\n`;
  const lines = patch
    .split('\n')
    .filter((line) => !/^(?:={3,}$|Index: )/.test(line))
    .map((line) => line.replace(/\r$/, ''))
    .map((line) => (line.length > MAX_LINE_CHARS ? `${line.slice(0, MAX_LINE_CHARS)}${HIDDEN}` : line));
  return plainText(lines.join('\n'));
}

function masked(text: string, shown: ReadonlySet<string>): string {
  const root = parseTree(text, [], { allowTrailingComma: true });
  if (root === undefined) return text.trim() === '' ? '' : `${HIDDEN}\n`;
  let result = '';
  let done = 0;
  const secrets = strings(root)
    .filter((node) => !shown.has(String(node.value)))
    .map(({ offset, length }) => ({ offset, length, text: `"${HIDDEN}"` }));
  for (const { offset, length, text: mask } of [...secrets, ...comments(text)].sort((a, b) => a.offset - b.offset)) {
    result += text.slice(done, offset) + mask;
    done = offset + length;
  }
  return result + text.slice(done);
}

function comments(text: string): { offset: number; length: number; text: string }[] {
  const found: { offset: number; length: number; text: string }[] = [];
  visit(text, {
    onComment: (offset, length) => {
      const isBlock = text.startsWith('/*', offset);
      found.push({ offset, length, text: isBlock ? `/* ${HIDDEN} */` : `// ${HIDDEN}` });
    },
  });
  return found;
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
