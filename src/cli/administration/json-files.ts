import { readFile } from 'node:fs/promises';
import { AdministrationError } from '../../config/administration/administration-error.js';
import { isObject, type Json } from '../../config/administration/document.js';
import { parseConfigText } from '../../config/config-text.js';
import { systemErrorCode } from '../../config/fs-error.js';
import { throughLink, writeConfigFile } from '../../config/write-config-file.js';
import { EXIT } from '../cli-io.js';
import { type Desk, jsonText } from './action.js';
import type { Words } from './words.js';

/** Writes what a command made to `--output-file`: mode 0600, and never over a file that is there unless asked to. */
export async function deliver(value: Json, words: Words, { path, io }: Desk): Promise<number> {
  const file = words.text('outputFile');
  if (file === '-') {
    io.stdout(jsonText(value));
    return EXIT.ok;
  }
  if ((await throughLink(file)) === (await throughLink(path))) {
    throw new AdministrationError('invalid', `${file} is the config file itself. Choose another --output-file.`);
  }
  const written = await writeConfigFile(file, value, { overwrite: words.flag('overwrite') });
  io.stderr(`Wrote ${written.path}\n`);
  if (written.backup !== null) io.stderr(`The file before is kept as ${written.backup}\n`);
  return EXIT.ok;
}

/** The JSON object in a file that the user named. @throws AdministrationError `invalid`, `not_found` */
export async function readObject(file: string): Promise<Json> {
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'ENOENT') throw new AdministrationError('not_found', `There is no file ${file}.`);
    throw new AdministrationError('invalid', `${file} cannot be read (${code ?? 'unknown error'}).`);
  }
  const parsed = parseConfigText(bytes);
  if ('fault' in parsed) throw new AdministrationError('invalid', `${file}: ${parsed.fault}.`);
  if (isObject(parsed.value)) return parsed.value;
  throw new AdministrationError('invalid', `${file} must hold one JSON object.`);
}
