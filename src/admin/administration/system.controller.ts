import { Body, Controller, Get, HttpCode, Post, UseGuards } from '@nestjs/common';
import { maskedBackup, restoreEntities } from '../../config/administration/partial-restore.js';
import { differencesBetween } from '../../config/administration/differences.js';
import type { Json } from '../../config/administration/document.js';
import { bundledEchoCommand } from '../../config/bundled-echo.js';
import { createDefaultConfig } from '../../config/default-config.js';
import { reset } from '../../config/administration/reset.js';
import { healthOf } from '../../config/administration/system.js';
import { FOR_OPERATORS, NeedsRole } from '../admin-roles.decorator.js';
import { DescribedBy } from '../api-docs/described-by.decorator.js';
import { DtoPipe } from '../dto.pipe.js';
import { AdministrationService } from './administration.service.js';
import { EmptyBodyGuard } from './empty-body.guard.js';
import { type Exchange, OfExchange } from './exchange.js';
import type { ResetBody, RestoreBody } from './system.dto.js';

/** /api/v1/system: the document as a whole. Needs the admin key. */
@NeedsRole(FOR_OPERATORS)
@DescribedBy(async () => (await import('./system.description.js')).SYSTEM)
@Controller('api/v1/system')
export class SystemController {
  constructor(private readonly admin: AdministrationService) {}

  @Get('health')
  health(@OfExchange() exchange: Exchange) {
    return this.admin.read(exchange, 'System health', healthOf);
  }

  @Post('backup')
  @HttpCode(200)
  @UseGuards(EmptyBodyGuard)
  backup(@OfExchange() exchange: Exchange) {
    return this.admin.download(exchange, 'backup', 'Backup made', maskedBackup);
  }

  @NeedsRole('owner')
  @Post('restore')
  @HttpCode(200)
  restore(
    @OfExchange() exchange: Exchange,
    @Body(new DtoPipe(async () => (await import('./system.dto.js')).RestoreBody, 422)) body: RestoreBody,
  ) {
    const apply = (document: Json) => {
      const before = structuredClone(document);
      const notes = restoreEntities(document, body.backup);
      return { changes: differencesBetween(before, document), notes };
    };
    if (body.dry_run === true) return this.admin.rehearse(exchange, 'Nothing was changed', apply);
    return this.admin.change(exchange, { operation: 'system.restore', message: 'Backup restored', apply });
  }

  @NeedsRole('owner')
  @Post('reset')
  @HttpCode(200)
  reset(
    @OfExchange() exchange: Exchange,
    @Body(new DtoPipe(async () => (await import('./system.dto.js')).ResetBody, 422)) { confirm }: ResetBody,
  ) {
    const made = createDefaultConfig({ echoServer: true, echoCommand: bundledEchoCommand() });
    return this.admin.change(exchange, {
      operation: 'system.reset',
      message: 'Everything was reset but the admin key and the settings of the gateway. The key is not shown again',
      own: made.json,
      apply: (document) => {
        if (confirm) reset(document, made);
        const { mcpConfigId: config_id, projectId: project_id, userId: user_id, gatewayKey: api_key } = made;
        return { config_id, project_id, user_id, api_key };
      },
    });
  }
}
