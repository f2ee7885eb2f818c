import { ConfigStore, type ConfigStoreOptions } from './config-store.js';
import { databaseAddress } from './postgres/database-address.js';

/**
 * Opens the config that the database of `ENKRYPT_DATABASE_URL` keeps, or else the file.
 * @throws ConfigError, GatewayError `config_invalid`, StoreUnavailableError when it is not usable now
 */
export async function openConfigStore(path: string, options: ConfigStoreOptions = {}): Promise<ConfigStore> {
  const address = databaseAddress();
  if (address === null) return ConfigStore.open(path, options);
  // The driver is not loaded for a file.
  const { openPostgresSource } = await import('./postgres/open-postgres-source.js');
  return ConfigStore.over(await openPostgresSource(address, path), path, options);
}
