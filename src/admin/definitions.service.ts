import { ConflictException, Inject, Injectable, NotFoundException } from '@nestjs/common';
import type { Logger } from 'pino';
import { addressOf, type DiffLine, diffOf, type PinEntry, pinEntries } from '../guardrails/definitions/pin-entries.js';
import { approve, type PinRecord, reject } from '../guardrails/definitions/pin-record.js';
import { PinStore } from '../guardrails/definitions/pin-store.js';
import { LOGGER } from '../telemetry/logger.js';
import type { DefinitionsQuery } from './definitions.dto.js';
import { envelope } from './envelope.js';

/** A definition with everything that changed in it. */
export type DefinitionDetail = PinEntry & { readonly diff: readonly DiffLine[] };

/** The definitions that were pinned, for the operator. */
@Injectable()
export class DefinitionsService {
  constructor(
    private readonly store: PinStore,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  async list({ status = 'waiting', server }: DefinitionsQuery): Promise<{
    readonly definitions: readonly PinEntry[];
    /** Files that cannot be read. */
    readonly faults: readonly string[];
  }> {
    const { records, faults } = await this.store.all();
    const definitions = records
      .flatMap(pinEntries)
      .filter((entry) => server === undefined || entry.server === server)
      .filter((entry) => status === 'all' || (entry.status === 'pinned') === (status === 'pinned'));
    return { definitions, faults: faults.map(({ message }) => message) };
  }

  /** @throws NotFoundException */
  async detail(id: string): Promise<DefinitionDetail> {
    const { record, entry } = await this.find(id);
    return { ...entry, diff: diffOf(record, entry) };
  }

  /** @throws NotFoundException, ConflictException when nothing waits under this id */
  async decide(id: string, decision: 'approve' | 'reject'): Promise<PinEntry> {
    const { entry } = await this.find(id);
    if (entry.status === 'pinned') throw new ConflictException(envelope('This definition is in force already.', null));
    const { config, server, key, hash } = addressOf(entry);
    const now = new Date().toISOString();
    await this.store.decide(config, server, (record) =>
      decision === 'approve' ? approve(record, key, hash, now) : reject(record, key, hash),
    );
    this.log.warn({ event: 'definition_decided', decision, server, id });
    return entry;
  }

  private async find(id: string): Promise<{ readonly record: PinRecord; readonly entry: PinEntry }> {
    const { records } = await this.store.all();
    for (const record of records) {
      const entry = pinEntries(record).find((one) => one.id === id);
      if (entry !== undefined) return { record, entry };
    }
    throw new NotFoundException(
      envelope('There is no such definition now. One that changes again gets another id: list them anew.', null),
    );
  }
}
