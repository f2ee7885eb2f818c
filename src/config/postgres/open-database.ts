import type { DatabaseAddress } from './database-address.js';
import { Database } from './database.js';
import { migrateSchema } from './migrate-schema.js';

/** Connects, and brings the schema up to date. @throws as migrateSchema; nothing stays open then */
export async function openDatabase(address: DatabaseAddress): Promise<Database> {
  const database = new Database(address);
  try {
    await migrateSchema(database);
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}
