import { randomUUID } from 'node:crypto';
import { HttpException, Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { AdministrationError } from '../../config/administration/administration-error.js';
import type { Changed } from '../../config/administration/config-repository.js';
import type { KeyScope } from '../../config/administration/key-scope.js';
import { type Json, objectOf } from '../../config/administration/document.js';
import { refuseForbiddenOAuth } from '../../config/administration/oauth-permission.js';
import { markOrigins } from '../../config/administration/origin.js';
import { refuseForbidden, type UpstreamPermission } from '../../config/administration/upstream-permission.js';
import { judgeConfig } from '../../config/config-file.js';
import { ConfigStore } from '../../config/config-store.js';
import { describeProblem } from '../../config/problem.js';
import { configBytes } from '../../config/write-config-file.js';
import { environmentVariable } from '../../config/environment.js';
import type { AdminChange } from '../../telemetry/admin-change.js';
import { AuditLog } from '../../telemetry/audit-log.js';
import { LOGGER } from '../../telemetry/logger.js';
import { envelope, type Envelope } from '../envelope.js';
import type { Exchange } from './exchange.js';
import type { PageQuery } from './page.dto.js';
import { keyScopeOf } from './key-scope.js';
import { refusalOf } from './refusals.js';

/** What is done to the document, under which name, and what is said then. */
export interface Change<T> {
  /** Such as `config.create`; for the audit log. */
  readonly operation: string;
  readonly message: string;
  readonly apply: (document: Json, permission: UpstreamPermission) => T;
  /** Which keys it looks at, where the path does not tell. */
  readonly keys?: KeyScope;
  /** Names of what is changed that do not stand in the path. */
  readonly target?: Readonly<Record<string, string | undefined>>;
  /** A config whose servers are the gateway's own, which it may always start. */
  readonly own?: Json;
}

/** Members of results that name what was made. Keys themselves are not among them. */
const ID_MEMBERS = ['config_id', 'project_id', 'user_id', 'key_id'] as const;

const UNINTENDED = 'The audit log cannot take the record of this change. Nothing was changed. Try again.';
const UNRECORDED = 'The change was made, but its record is not on disk yet. Look at the config before you repeat it.';

type ChangeOutcome = Pick<AdminChange, 'requestId' | 'outcome' | 'reason' | 'revision'>;

/** Runs the operations of the administration for the routes: revisions, permissions, audit, and what is answered when one is refused. */
@Injectable()
export class AdministrationService {
  constructor(
    private readonly store: ConfigStore,
    private readonly audit: AuditLog,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** Answers with what the operation finds, and with the revision as ETag. */
  async read<T>(
    exchange: Exchange,
    message: string,
    find: (document: Json) => T,
    keys: KeyScope = keyScopeOf(exchange.target),
  ): Promise<Envelope<T>> {
    try {
      const { document, revision } = await this.store.repository.read(keys);
      const found = find(document);
      exchange.header('ETag', `"${revision}"`);
      return envelope(message, found);
    } catch (error) {
      throw refusalOf(error)?.answer ?? error;
    }
  }

  /** Answers with a page of a list, and with its whole length in a header. */
  async list<T>(
    exchange: Exchange,
    { limit, offset }: PageQuery,
    message: string,
    find: (document: Json) => readonly T[],
    keys?: KeyScope,
  ): Promise<Envelope<readonly T[]>> {
    const { data, ...rest } = await this.read(exchange, message, find, keys);
    exchange.header('X-Total-Count', String(data.length));
    const from = Number(offset ?? 0);
    return { ...rest, data: data.slice(from, limit === undefined ? undefined : from + Number(limit)) };
  }

  /** A document to be kept as a file. */
  async download(exchange: Exchange, name: string, message: string, find: (document: Json) => Json) {
    const answer = await this.read(exchange, message, find);
    exchange.header('Content-Disposition', `attachment; filename="${name}.json"`);
    return answer;
  }

  /**
   * Changes the document. When the answer comes, the change is on disk, in force, and recorded on disk: that it was intended before
   * anything was changed, and what became of it before the answer (ADR 0019).
   * @throws HttpException with the envelope; nothing was changed then, unless it says so
   */
  async change<T>(exchange: Exchange, change: Change<T>): Promise<Envelope<T>> {
    const requestId = randomUUID();
    await this.intend(requestId, exchange, change);
    const { result, revision } = await this.apply(requestId, exchange, change);
    const outcome = { requestId, outcome: 'done', reason: null, revision } as const;
    const isRecorded = await this.recordDurably(exchange, change, outcome, result);
    await this.store.refresh();
    exchange.header('ETag', `"${revision}"`);
    // Taking it back could fail as well, and would take back what others did since: its intent is on disk and tells of it.
    if (!isRecorded) throw new HttpException(envelope(UNRECORDED, null), 503);
    return envelope(change.message, result);
  }

  private async intend(requestId: string, exchange: Exchange, change: Change<unknown>): Promise<void> {
    const intended = { requestId, outcome: 'intended', reason: null, revision: null } as const;
    const hasRoom = this.audit.hasRoom;
    if (hasRoom && (await this.recordDurably(exchange, change, intended))) return;
    // Perhaps the intent is written later; then this says that nothing came of it.
    this.record(exchange, change, { ...intended, outcome: 'refused', reason: 'audit_unavailable' });
    throw new HttpException(envelope(UNINTENDED, null), 503);
  }

  private async apply<T>(requestId: string, exchange: Exchange, change: Change<T>): Promise<Changed<T>> {
    const keys = change.keys ?? keyScopeOf(exchange.target, change.operation);
    try {
      return await this.store.repository.change(
        (document) => {
          const before = structuredClone(document);
          const permission = this.permission;
          const outcome = change.apply(document, permission);
          this.judge(before, document, permission, change.own);
          return outcome;
        },
        exchange.expected,
        keys,
      );
    } catch (error) {
      const refusal = refusalOf(error);
      const reason = refusal?.reason ?? 'internal';
      const outcome = refusal === null ? 'failed' : 'refused';
      this.record(exchange, change, { requestId, outcome, reason, revision: null });
      throw refusal?.answer ?? error;
    }
  }

  /** Says what a change would do. Refuses where the change would be refused. */
  async rehearse<T>(exchange: Exchange, message: string, apply: (document: Json) => T): Promise<Envelope<T>> {
    const answer = await this.read(exchange, message, (document) => {
      const after = structuredClone(document);
      const outcome = apply(after);
      this.judge(document, after, this.permission);
      const judged = judgeConfig(configBytes(after), this.store.path);
      if (!judged.ok) {
        const problems = judged.problems.map(describeProblem);
        throw new AdministrationError('invalid', ['The config would not load:', ...problems].join('\n'));
      }
      return outcome;
    });
    // Nothing was done that a record could be about.
    exchange.recorded();
    return answer;
  }

  private judge(before: Json, after: Json, permission: UpstreamPermission, own?: Json): void {
    const known = own === undefined ? before : withServersOf(before, own);
    refuseForbidden(known, after, permission);
    refuseForbiddenOAuth(known, after, permission.allowedHosts);
    markOrigins(known, after);
  }

  private get permission(): UpstreamPermission {
    const { allowedCommands, allowedPaths, allowedUpstreamHosts } = this.store.current().settings.adminApi;
    const fromEnvironment = (environmentVariable('ENKRYPT_ADMIN_ALLOWED_COMMANDS') ?? '').split(',');
    const commands = [...allowedCommands, ...fromEnvironment.map((command) => command.trim())];
    return {
      allowedCommands: new Set(commands.filter((command) => command !== '')),
      allowedPaths,
      allowedHosts: new Set(allowedUpstreamHosts.map((host) => host.toLowerCase())),
    };
  }

  private record(exchange: Exchange, change: Change<unknown>, outcome: ChangeOutcome): void {
    this.audit.recordChange(this.lineOf(exchange, change, outcome));
    exchange.recorded();
    this.log.info({
      event: 'admin_change',
      operation: change.operation,
      outcome: outcome.outcome,
      reason: outcome.reason,
    });
  }

  /** @returns whether the line is on disk */
  private async recordDurably(
    exchange: Exchange,
    change: Change<unknown>,
    outcome: ChangeOutcome,
    result?: unknown,
  ): Promise<boolean> {
    if (outcome.outcome !== 'intended') exchange.recorded();
    try {
      await this.audit.recordDurably(this.lineOf(exchange, change, outcome, result));
    } catch {
      this.log.error({ event: 'admin_change_unrecorded', operation: change.operation, outcome: outcome.outcome });
      return false;
    }
    if (outcome.outcome !== 'intended') {
      this.log.info({
        event: 'admin_change',
        operation: change.operation,
        outcome: outcome.outcome,
        reason: outcome.reason,
      });
    }
    return true;
  }

  private lineOf(
    { target, adminKey }: Exchange,
    change: Change<unknown>,
    outcome: ChangeOutcome,
    result?: unknown,
  ): AdminChange {
    const names = Object.entries({ ...target, ...change.target, ...idsIn(result) });
    const known = names.filter((entry): entry is [string, string] => typeof entry[1] === 'string');
    return { adminKey, operation: change.operation, target: Object.fromEntries(known), ...outcome };
  }
}

/** The document with the servers of another one among its own. */
function withServersOf(document: Json, { mcp_configs: more }: Json): Json {
  return { ...document, mcp_configs: { ...objectOf(document.mcp_configs), ...objectOf(more) } };
}

function idsIn(result: unknown): Record<string, string> {
  if (typeof result !== 'object' || result === null) return {};
  const members = new Map<string, unknown>(Object.entries(result));
  return Object.fromEntries(
    ID_MEMBERS.flatMap((name) => {
      const id = members.get(name);
      return typeof id === 'string' ? [[name, id]] : [];
    }),
  );
}
