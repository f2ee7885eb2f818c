import type { Logger } from 'pino';
import { AuditCopy, type CopySettings, type CopyTarget } from './audit-copy.js';
import type { Metrics } from './metrics.js';
import type { OtelSettings } from './otel-settings.js';

/** Where audit lines go beside the file; null = not there. */
export interface CopyPlaces {
  /** Holds a password. */
  readonly databaseUrl: string | null;
  readonly otlp: OtelSettings | null;
}

const COMPLAIN_EVERY_MS = 60_000;
const DATABASE_TIMEOUT_MS = 5_000;
const CONNECT_TIMEOUT_MS = 2_000;

/** Opens the places. None of them is asked yet: one that is down keeps nothing from starting. */
export async function openCopies(places: CopyPlaces, metrics: Metrics, logger: Logger): Promise<AuditCopy[]> {
  const targets: CopyTarget[] = [];
  if (places.databaseUrl !== null) targets.push(await openDatabase(places.databaseUrl));
  if (places.otlp !== null) {
    const { otlpTarget } = await import('./otlp-logs.js');
    targets.push(await otlpTarget(places.otlp));
  }
  return targets.map((target) => new AuditCopy(target, reporting(metrics, logger)));
}

async function openDatabase(url: string): Promise<CopyTarget> {
  const [{ default: pg }, { postgresTarget }] = await Promise.all([import('pg'), import('./audit-table.js')]);
  const pool = new pg.Pool({
    connectionString: url,
    application_name: 'secure-mcp-gateway audit',
    max: 2,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: DATABASE_TIMEOUT_MS,
    statement_timeout: DATABASE_TIMEOUT_MS,
    // An idle connection must not keep a stopped gateway alive.
    allowExitOnIdle: true,
  });
  return postgresTarget(pool);
}

function reporting(metrics: Metrics, logger: Logger): CopySettings {
  let complainedAt = Number.NEGATIVE_INFINITY;
  return {
    onFailure: (to, reason) => {
      metrics.auditCopyFailures.add(1, to);
      if (performance.now() - complainedAt < COMPLAIN_EVERY_MS) return;
      complainedAt = performance.now();
      logger.warn({ event: 'audit_copy_failed', to, reason }, 'audit lines wait to be copied; they are in the file');
    },
    onMissed: (to, lines) => {
      metrics.auditNotCopied.add(lines, to);
    },
  };
}
