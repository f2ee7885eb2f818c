import type { PinEntry } from '../../guardrails/definitions/pin-entries.js';
import { type CliIo, EXIT } from '../cli-io.js';
import { plainJson, plainLine } from '../plain-text.js';
import { allDefinitions, pinStore } from './find-definitions.js';

export interface ListDefinitionsOptions {
  readonly config?: string;
  readonly server?: string;
  readonly all?: boolean;
  readonly json?: boolean;
}

/** `definitions list`: what waits for a decision, or everything. */
export async function listDefinitions(options: ListDefinitionsOptions, io: CliIo): Promise<number> {
  const store = pinStore(options.config);
  const { found, damaged } = await allDefinitions(store, io);
  const definitions = found
    .map(({ entry }) => entry)
    .filter(({ server }) => options.server === undefined || server === options.server)
    .filter(({ status }) => options.all === true || status !== 'pinned');
  const folder = store.folder;
  io.stdout(options.json === true ? `${plainJson({ folder, definitions })}\n` : render(definitions, options));
  return damaged ? EXIT.failure : EXIT.ok;
}

function render(definitions: readonly PinEntry[], { all }: ListDefinitionsOptions): string {
  if (definitions.length === 0) {
    return all === true
      ? 'No definition is pinned yet.\n'
      : 'No definition waits for a decision; --all lists those in force.\n';
  }
  const rows = definitions.map(({ id, status, server, kind, name, changes, since }) => [
    id,
    status,
    plainLine(kind === 'server' ? server : `${server} / ${name}`),
    changes.join(', '),
    since,
  ]);
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return `${rows
    .map((row) =>
      row
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')}\n`;
}
