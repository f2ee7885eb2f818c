import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import type { PinEntry } from '../guardrails/definitions/pin-entries.js';
import { FOR_OPERATORS, NeedsRole } from './admin-roles.decorator.js';
import { DescribedBy } from './api-docs/described-by.decorator.js';
import type { DefinitionId, DefinitionsQuery } from './definitions.dto.js';
import { type DefinitionDetail, DefinitionsService } from './definitions.service.js';
import { DtoPipe } from './dto.pipe.js';
import { type Envelope, envelope } from './envelope.js';

const ID = async () => (await import('./definitions.dto.js')).DefinitionId;

/** /api/v1/definitions: what servers have changed in their tools, and what becomes of it. Needs the admin key. */
@NeedsRole(FOR_OPERATORS)
@DescribedBy(async () => (await import('./definitions.description.js')).DEFINITIONS)
@Controller('api/v1/definitions')
export class DefinitionsController {
  constructor(private readonly service: DefinitionsService) {}

  @Get()
  async list(
    @Query(new DtoPipe(async () => (await import('./definitions.dto.js')).DefinitionsQuery))
    query: DefinitionsQuery,
  ): Promise<Envelope<Awaited<ReturnType<DefinitionsService['list']>>>> {
    return envelope('Definitions', await this.service.list(query));
  }

  @Get(':id')
  async detail(@Param(new DtoPipe(ID)) { id }: DefinitionId): Promise<Envelope<DefinitionDetail>> {
    return envelope('Definition', await this.service.detail(id));
  }

  @Post(':id/approve')
  @HttpCode(200)
  async approve(@Param(new DtoPipe(ID)) { id }: DefinitionId): Promise<Envelope<PinEntry>> {
    return envelope('Approved', await this.service.decide(id, 'approve'));
  }

  @Post(':id/reject')
  @HttpCode(200)
  async reject(@Param(new DtoPipe(ID)) { id }: DefinitionId): Promise<Envelope<PinEntry>> {
    return envelope('Rejected', await this.service.decide(id, 'reject'));
  }
}
