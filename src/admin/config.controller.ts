import { Controller, Get, Query } from '@nestjs/common';
import { FOR_OPERATORS, NeedsRole } from './admin-roles.decorator.js';
import { DescribedBy } from './api-docs/described-by.decorator.js';
import type { ConfigStatusQuery } from './config-status.dto.js';
import { ConfigStatusService, type ConfigStatus } from './config-status.service.js';
import { DtoPipe } from './dto.pipe.js';
import { envelope, type Envelope } from './envelope.js';

/** /api/v1/config: what is in force. Needs the admin key. */
@NeedsRole(FOR_OPERATORS)
@DescribedBy(async () => (await import('./config.description.js')).CONFIG)
@Controller('api/v1/config')
export class ConfigController {
  constructor(private readonly service: ConfigStatusService) {}

  @Get('status')
  status(
    @Query(new DtoPipe(async () => (await import('./config-status.dto.js')).ConfigStatusQuery))
    query: ConfigStatusQuery,
  ): Envelope<ConfigStatus> {
    return envelope('Config status', this.service.status(query.section));
  }
}
