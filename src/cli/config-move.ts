import { isDeepStrictEqual } from 'node:util';
import { existsSync } from 'node:fs';
import type { ConfigRepository } from '../config/administration/config-repository.js';
import type { Json } from '../config/administration/document.js';
import { isEmptyDocument, isObject } from '../config/administration/document.js';
import { FileRepository } from '../config/administration/file-repository.js';
import { judgeConfig } from '../config/config-file.js';
import { locateConfig } from '../config/locate.js';
import { toNewestForm } from '../config/older-forms/newest-form.js';
import { databaseAddress } from '../config/postgres/database-address.js';
import { ConfigError } from '../config/problem.js';
import { configBytes, writeConfigFile } from '../config/write-config-file.js';
import { GatewayError } from '../errors.js';
import { type CliIo, EXIT } from './cli-io.js';

export interface MoveConfigOptions {
  readonly config?: string;
  readonly from: 'file' | 'postgres';
  readonly to: 'file' | 'postgres';
  /** What the target holds is replaced. */
  readonly replace?: boolean;
}

const SECTIONS = ['mcp_configs', 'projects', 'users', 'apikeys'] as const;

/**
 * `config migrate --from X --to Y`: copies the config between its file and the database, and compares both afterwards. Run again, it finds
 * nothing to do.
 * @throws GatewayError `config_invalid`; the target is then as it was
 */
export async function moveConfig(options: MoveConfigOptions, io: CliIo): Promise<number> {
  if (options.from === options.to) throw new GatewayError('config_invalid', '--from and --to name the same place.');
  const address = databaseAddress();
  if (address === null) {
    throw new GatewayError('config_invalid', 'Set ENKRYPT_DATABASE_URL to the URL of the database.');
  }
  const { path } = locateConfig(options.config);
  const [{ openDatabase }, { PostgresRepository }] = await Promise.all([
    import('../config/postgres/open-database.js'),
    import('../config/postgres/postgres-repository.js'),
  ]);
  const database = new PostgresRepository(await openDatabase(address), path);
  try {
    const file = new FileRepository(path);
    const [source, target] = options.from === 'file' ? [file, database] : [database, file];
    return await move(source, target, { path, replace: options.replace === true }, io);
  } finally {
    await database.close();
  }
}

async function move(
  source: ConfigRepository,
  target: ConfigRepository,
  { path, replace }: { readonly path: string; readonly replace: boolean },
  io: CliIo,
): Promise<number> {
  const wanted = comparable((await source.read()).document);
  const judged = judgeConfig(configBytes(wanted), path);
  if (!judged.ok) throw new ConfigError(source.place, judged.problems);
  const isNewFile = target instanceof FileRepository && !existsSync(path);
  if (isNewFile) await writeConfigFile(path, wanted);
  else {
    const { result } = await target.change((document) => {
      if (isDeepStrictEqual(comparable(document), wanted)) return 'same';
      if (!replace && !isEmptyDocument(document)) throw notEmpty(target.place);
      for (const name of Object.keys(document)) document[name] = undefined;
      Object.assign(document, structuredClone(wanted));
      return 'replaced';
    });
    if (result === 'same') {
      io.stderr(`${target.place} says the same already: nothing was changed.\n`);
      return EXIT.ok;
    }
  }
  if (!isDeepStrictEqual(comparable((await target.read()).document), wanted)) {
    throw new GatewayError(
      'config_invalid',
      `${target.place} does not say what ${source.place} says: somebody wrote meanwhile. Stop the writers, and repeat this with --replace.`,
    );
  }
  for (const kind of ['all', 'admin'] as const) await target.keyUses.save(await source.keyUses.load(kind));
  const counts = SECTIONS.map((section) => `${String(Object.keys(wanted[section] as Json).length)} ${section}`);
  io.stderr(`Copied ${source.place} to ${target.place}, and both say the same: ${counts.join(', ')}.\n`);
  return EXIT.ok;
}

/** A document as both places can keep it: in the newest form, every section there, keys hashed. */
function comparable(document: Json): Json {
  const { json } = toNewestForm(document);
  const empty = Object.fromEntries(SECTIONS.map((section) => [section, {}]));
  return isObject(json) ? { ...empty, ...json } : empty;
}

function notEmpty(place: string): GatewayError {
  return new GatewayError(
    'config_invalid',
    `${place} holds another config. Nothing was changed. To replace all of it, add --replace; "system backup" keeps what there is.`,
  );
}
