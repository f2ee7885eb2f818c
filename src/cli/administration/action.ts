import type { ConfigRepository } from '../../config/administration/config-repository.js';
import type { KeyScope } from '../../config/administration/key-scope.js';
import type { Json } from '../../config/administration/document.js';
import { FileRepository } from '../../config/administration/file-repository.js';
import { locateConfig } from '../../config/locate.js';
import { openRepository } from '../../config/open-repository.js';
import { type CliIo, EXIT } from '../cli-io.js';
import type { Deed } from './change-record.js';
import { RecordedRepository } from './recorded-repository.js';
import type { Words } from './words.js';

/** What a command works on. */
export interface Desk {
  readonly repository: ConfigRepository;
  /** The config file, absolute; beside it lies what belongs to the config, also where a database keeps that. */
  readonly path: string;
  /** The file is what is worked on. */
  readonly inFile: boolean;
  readonly io: CliIo;
}

/** What a command does; returns the exit code. */
export type Action = (words: Words, desk: Desk) => Promise<number>;

/** What is told of a change: ids and keys one a line on stdout, so that scripts can take them, and words for people on stderr. */
export interface Told {
  readonly lines?: readonly string[];
  readonly note: string;
}

/** The caller closes its repository. @param file of `--config` @param deed what is recorded of a change */
export async function openDesk(file: string | undefined, io: CliIo, deed: Deed): Promise<Desk> {
  const { path } = locateConfig(file);
  const inner = await openRepository(path);
  return { repository: new RecordedRepository(inner, path, deed), path, inFile: inner instanceof FileRepository, io };
}

/** A command that prints what it finds as JSON. @param keys which it looks at, where its words do not tell */
export function reading(look: (document: Json, words: Words) => unknown, keys?: KeyScope): Action {
  return async (words, { repository, io }) => {
    const { document } = await repository.read(keys ?? words.keyScope());
    io.stdout(jsonText(look(document, words)));
    return EXIT.ok;
  };
}

/** A command that changes something. It may run again when somebody else wrote meanwhile. @param keys as for reading */
export function changing(change: (document: Json, words: Words) => Told, keys?: KeyScope): Action {
  return async (words, { repository, io }) => {
    const scope = keys ?? words.keyScope();
    const { result } = await repository.change((document) => change(document, words), undefined, scope);
    tell(result, io);
    return EXIT.ok;
  };
}

export function tell({ lines = [], note }: Told, io: CliIo): void {
  for (const line of lines) io.stdout(`${line}\n`);
  io.stderr(`${note}\n`);
}

/** What a terminal would obey and JSON leaves as it is: names in a file that was written by hand may hold it. */
const UNSAFE = /[\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/** A value as JSON for people and programs. */
export function jsonText(value: unknown): string {
  const text = JSON.stringify(value, null, 2);
  return `${text.replace(UNSAFE, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)}\n`;
}
