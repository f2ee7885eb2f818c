import { HttpException, Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { AdministrationError } from '../../config/administration/administration-error.js';
import type { Changed, KeyScope } from '../../config/administration/config-repository.js';
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
const ID_DIGITS = 12;

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
   * Changes the document. When the answer comes, the change is on disk, in force and recorded.
   * @throws HttpException with the envelope; nothing was changed then
   */
  async change<T>(exchange: Exchange, change: Change<T>): Promise<Envelope<T>> {
    if (!this.audit.hasRoom) {
      throw new HttpException(
        envelope('The audit log takes no more records. Nothing was changed. Try again.', null),
        503,
      );
    }
    const { result, revision } = await this.apply(exchange, change);
    this.record(exchange, change, { outcome: 'done', reason: null, revision }, result);
    await this.store.refresh();
    exchange.header('ETag', `"${revision}"`);
    return envelope(change.message, result);
  }

  private async apply<T>(exchange: Exchange, change: Change<T>): Promise<Changed<T>> {
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
      this.record(exchange, change, { outcome: refusal === null ? 'failed' : 'refused', reason, revision: null });
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

  private record(
    { target, recorded }: Exchange,
    change: Change<unknown>,
    rest: Pick<AdminChange, 'outcome' | 'reason' | 'revision'>,
    result?: unknown,
  ): void {
    const adminKey = this.store.current().adminKeyHash?.toString('hex').slice(0, ID_DIGITS) ?? null;
    const names = Object.entries({ ...target, ...change.target, ...idsIn(result) });
    const known = names.filter((entry): entry is [string, string] => typeof entry[1] === 'string');
    const { operation } = change;
    this.audit.recordChange({ adminKey, operation, target: Object.fromEntries(known), ...rest });
    recorded();
    this.log.info({ event: 'admin_change', operation, outcome: rest.outcome, reason: rest.reason });
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
