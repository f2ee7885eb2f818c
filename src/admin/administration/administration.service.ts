import { HttpException, Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import type { Changed, ConfigRepository } from '../../config/administration/config-repository.js';
import type { Json } from '../../config/administration/document.js';
import { FileRepository } from '../../config/administration/file-repository.js';
import { refuseForbidden, type UpstreamPermission } from '../../config/administration/upstream-permission.js';
import { ConfigStore } from '../../config/config-store.js';
import { environmentVariable } from '../../config/environment.js';
import type { AdminChange } from '../../telemetry/admin-change.js';
import { AuditLog } from '../../telemetry/audit-log.js';
import { LOGGER } from '../../telemetry/logger.js';
import { envelope, type Envelope } from '../envelope.js';
import type { Exchange } from './exchange.js';
import type { PageQuery } from './page.dto.js';
import { refusalOf } from './refusals.js';

/** What is done to the document, under which name, and what is said then. */
export interface Change<T> {
  /** Such as `config.create`; for the audit log. */
  readonly operation: string;
  readonly message: string;
  readonly apply: (document: Json, permission: UpstreamPermission) => T;
  /** Names of what is changed that do not stand in the path. */
  readonly target?: Readonly<Record<string, string | undefined>>;
}

/** Members of results that name what was made. Keys themselves are not among them. */
const ID_MEMBERS = ['config_id', 'project_id', 'user_id', 'key_id'] as const;

/** Runs the operations of the administration for the routes: revisions, permissions, audit, and what is answered when one is refused. */
@Injectable()
export class AdministrationService {
  private readonly repository: ConfigRepository;

  constructor(
    private readonly store: ConfigStore,
    private readonly audit: AuditLog,
    @Inject(LOGGER) private readonly log: Logger,
  ) {
    this.repository = new FileRepository(store.path);
  }

  /** Answers with what the operation finds, and with the revision as ETag. */
  async read<T>(exchange: Exchange, message: string, find: (document: Json) => T): Promise<Envelope<T>> {
    try {
      const { document, revision } = await this.repository.read();
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
  ): Promise<Envelope<readonly T[]>> {
    const { data, ...rest } = await this.read(exchange, message, find);
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
    try {
      return await this.repository.change((document) => {
        const before = structuredClone(document);
        const permission = this.permission;
        const outcome = change.apply(document, permission);
        refuseForbidden(before, document, permission);
        return outcome;
      }, exchange.expected);
    } catch (error) {
      const refusal = refusalOf(error);
      const reason = refusal?.reason ?? 'internal';
      this.record(exchange, change, { outcome: refusal === null ? 'failed' : 'refused', reason, revision: null });
      throw refusal?.answer ?? error;
    }
  }

  private get permission(): UpstreamPermission {
    const { allowedCommands, allowedUpstreamHosts } = this.store.current().settings.adminApi;
    const fromEnvironment = (environmentVariable('ENKRYPT_ADMIN_ALLOWED_COMMANDS') ?? '').split(',');
    const commands = [...allowedCommands, ...fromEnvironment.map((command) => command.trim())];
    return {
      allowedCommands: new Set(commands.filter((command) => command !== '')),
      allowedHosts: new Set(allowedUpstreamHosts.map((host) => host.toLowerCase())),
    };
  }

  private record(
    { target, adminKey }: Exchange,
    change: Change<unknown>,
    rest: Pick<AdminChange, 'outcome' | 'reason' | 'revision'>,
    result?: unknown,
  ): void {
    const names = Object.entries({ ...target, ...change.target, ...idsIn(result) });
    const known = names.filter((entry): entry is [string, string] => typeof entry[1] === 'string');
    const { operation } = change;
    this.audit.recordChange({ adminKey, operation, target: Object.fromEntries(known), ...rest });
    this.log.info({ event: 'admin_change', operation, outcome: rest.outcome, reason: rest.reason });
  }
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
