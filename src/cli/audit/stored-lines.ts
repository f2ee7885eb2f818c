import { databaseAddress } from '../../config/postgres/database-address.js';
import { GatewayError } from '../../errors.js';

const PAGE_ROWS = 5_000;

/**
 * Every line of the table `audit_records`, chain by chain.
 * @throws GatewayError config_invalid without ENKRYPT_DATABASE_URL
 */
export async function readStoredLines(take: (line: Buffer) => void, pause: () => Promise<void>): Promise<void> {
  const address = databaseAddress();
  if (address === null) throw new GatewayError('config_invalid', 'ENKRYPT_DATABASE_URL names no database.');
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: address.url, application_name: 'secure-mcp-gateway audit' });
  await client.connect();
  try {
    let after: [string, string, string] = ['', '0', ''];
    for (;;) {
      const { rows } = await client.query<{ chain: string; seq: string; digest: string; line: string }>(
        `SELECT chain, seq, digest, line FROM audit_records WHERE (chain, seq, digest) > ($1, $2, $3)
         ORDER BY chain, seq, digest LIMIT ${String(PAGE_ROWS)}`,
        after,
      );
      for (const { chain, seq, digest, line } of rows) {
        take(Buffer.from(line, 'utf8'));
        after = [chain, seq, digest];
      }
      await pause();
      if (rows.length < PAGE_ROWS) return;
    }
  } finally {
    await client.end();
  }
}
