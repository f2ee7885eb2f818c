import type { ConfigRepository } from './administration/config-repository.js';
import { FileRepository } from './administration/file-repository.js';
import { databaseAddress } from './postgres/database-address.js';

/**
 * Where configs, projects, users and keys are kept: the database of `ENKRYPT_DATABASE_URL`, or else the file. The caller closes it.
 * @param path of the config file
 * @throws GatewayError `config_invalid`, StoreUnavailableError
 */
export async function openRepository(path: string): Promise<ConfigRepository> {
  const address = databaseAddress();
  if (address === null) return new FileRepository(path);
  // The driver is not loaded for a file.
  const [{ openDatabase }, { PostgresRepository }] = await Promise.all([
    import('./postgres/open-database.js'),
    import('./postgres/postgres-repository.js'),
  ]);
  return new PostgresRepository(await openDatabase(address), path);
}
