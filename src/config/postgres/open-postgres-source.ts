import type { DatabaseAddress } from './database-address.js';
import { Database } from './database.js';
import { openDatabase } from './open-database.js';
import { PostgresRepository } from './postgres-repository.js';
import { PostgresSource } from './postgres-source.js';

/** @param path as for PostgresSource @throws as openDatabase */
export async function openPostgresSource(address: DatabaseAddress, path: string): Promise<PostgresSource> {
  const writers = await openDatabase(address);
  return new PostgresSource(new Database(address), new PostgresRepository(writers, path), path);
}
