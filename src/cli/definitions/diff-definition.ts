import { type DiffLine, diffOf, type PinEntry } from '../../guardrails/definitions/pin-entries.js';
import { type CliIo, EXIT } from '../cli-io.js';
import { plainJson, plainLine, plainText } from '../plain-text.js';
import { allDefinitions, definitionOf, pinStore } from './find-definitions.js';

/** `definitions diff`: what changed, place by place. */
export async function diffDefinition(
  id: string,
  options: { readonly config?: string; readonly json?: boolean },
  io: CliIo,
): Promise<number> {
  const { found } = await allDefinitions(pinStore(options.config), io);
  const { record, entry } = definitionOf(found, id);
  const diff = diffOf(record, entry);
  io.stdout(options.json === true ? `${plainJson({ ...entry, diff })}\n` : renderDiff(entry, diff));
  return EXIT.ok;
}

/** The diff for people. The texts are of outside origin: nothing of them reaches the terminal as a control. */
function renderDiff(entry: PinEntry, diff: readonly DiffLine[]): string {
  const what =
    entry.kind === 'server' ? plainLine(entry.server) : `${plainLine(entry.server)} / ${plainLine(entry.name)}`;
  const changes = entry.changes.length === 0 ? '' : ` (${entry.changes.join(', ')})`;
  return `${[`${entry.id}  ${what}: ${entry.status}${changes}`, ...diff.flatMap(renderLine)].join('\n')}\n`;
}

function renderLine({ path, change, before, after, extent }: DiffLine): string[] {
  const head = `${path === '' ? '/' : plainLine(path)}  ${change}${extent === null ? '' : `, ${extent}`}`;
  return [head, ...marked('-', before), ...marked('+', after)];
}

function marked(mark: string, text: string | null): string[] {
  if (text === null) return [];
  return plainText(text)
    .split('\n')
    .map((line) => `  ${mark} ${line}`);
}
