import { randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';
import { dirname } from 'node:path';
import { AdministrationError } from '../../config/administration/administration-error.js';
import type { Json } from '../../config/administration/document.js';
import { auditCopyPlaces, auditSettings } from '../../config/audit-signing.js';
import { readDraft } from '../../config/draft.js';
import { toNewestForm } from '../../config/older-forms/newest-form.js';
import { type GatewaySettings, readSettings } from '../../config/settings.js';
import { GatewayError } from '../../errors.js';
import type { AdminChange } from '../../telemetry/admin-change.js';
import { openCopies } from '../../telemetry/audit-copies.js';
import { AuditLog } from '../../telemetry/audit-log.js';
import { createLogger } from '../../telemetry/logger.js';
import { Metrics } from '../../telemetry/metrics.js';

/** What the records say of a command. */
export interface Deed {
  /** Such as `cli config add`. */
  readonly operation: string;
  /** Names and ids of what it is about, by their kind. Nothing secret. */
  readonly target: Readonly<Record<string, string>>;
}

type Outcome = Pick<AdminChange, 'outcome' | 'reason' | 'revision'>;

/** The lines of one change in the audit log of its config. */
export class ChangeRecord {
  readonly #audit: AuditLog;
  readonly #line: Pick<AdminChange, 'requestId' | 'adminKey' | 'operation' | 'target'>;

  private constructor(audit: AuditLog, { operation, target }: Deed) {
    this.#audit = audit;
    const who = { os_user: osUser() };
    this.#line = { requestId: randomUUID(), adminKey: null, operation, target: { ...target, ...who } };
  }

  /**
   * Puts the intention on disk.
   * @param document as it is before the change: it says where its log is
   * @param path of the config file, beside which the log is unless the config says otherwise
   * @throws GatewayError config_invalid when the log cannot be written
   */
  static async begin(document: Json, path: string, deed: Deed): Promise<ChangeRecord> {
    const settings = settingsIn(document, path);
    const log = createLogger({ level: 'error', destination: 2 });
    const { databaseUrl } = auditCopyPlaces(settings);
    const copies = await openCopies({ databaseUrl, otlp: null }, new Metrics(), log.logger);
    const record = new ChangeRecord(new AuditLog(auditSettings(settings), log, copies), deed);
    try {
      await record.#write({ outcome: 'intended', reason: null, revision: null }, NOTHING_CHANGED);
      return record;
    } catch (error) {
      await record.close();
      throw error;
    }
  }

  /** @throws GatewayError config_invalid when the log cannot be written any more */
  done(revision: string): Promise<void> {
    return this.#write({ outcome: 'done', reason: null, revision }, CHANGED);
  }

  failed(error: unknown): void {
    const isRefusal = error instanceof AdministrationError || error instanceof GatewayError;
    const reason = error instanceof AdministrationError ? error.reason : isRefusal ? 'invalid' : 'internal';
    this.#audit.recordChange({ ...this.#line, outcome: isRefusal ? 'refused' : 'failed', reason, revision: null });
  }

  close(): Promise<void> {
    return this.#audit.close();
  }

  async #write(outcome: Outcome, consequence: string): Promise<void> {
    try {
      await this.#audit.recordDurably({ ...this.#line, ...outcome });
    } catch (cause) {
      const remedy = 'Run the command as the user that the gateway runs as, or see "audit_log" in the config.';
      throw new GatewayError('config_invalid', `The audit log cannot be written, ${consequence} ${remedy}`, { cause });
    }
  }
}

const NOTHING_CHANGED = 'so nothing was changed.';
const CHANGED = 'but the change was made; the log says that it was intended.';

/** A config that is not valid is recorded where a new one would be: the command may be what mends it. */
function settingsIn(document: Json, path: string): GatewaySettings {
  const draft = readDraft(toNewestForm(document).json);
  const fallback = readDraft({});
  const [common, plugins] = [draft.common ?? fallback.common, draft.plugins ?? fallback.plugins];
  if (common === null || plugins === null) throw new GatewayError('internal', 'An empty config has no settings.');
  return readSettings(common, plugins, dirname(path), null);
}

/** Who runs the command, as far as the system knows a name. */
function osUser(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 'unknown');
  }
}
