import { Body, Controller, Get, Put } from '@nestjs/common';
import { configureTelemetry, serviceKeyOf, setServiceKey } from '../../config/administration/settings.js';
import { MASK } from '../../config/administration/mask.js';
import { refuseAddress } from '../../config/administration/upstream-permission.js';
import { NeedsRole } from '../admin-roles.decorator.js';
import { DescribedBy } from '../api-docs/described-by.decorator.js';
import { DtoPipe } from '../dto.pipe.js';
import { AdministrationService } from './administration.service.js';
import { type Exchange, OfExchange } from './exchange.js';
import type { ServiceKeyBody, TelemetryBody } from './system.dto.js';

/** /api/v1/settings. Needs the admin key. */
@NeedsRole({ read: 'viewer', write: 'owner' })
@DescribedBy(async () => (await import('./settings.description.js')).SETTINGS)
@Controller('api/v1/settings')
export class SettingsController {
  constructor(private readonly admin: AdministrationService) {}

  @Get('enkrypt-api-key')
  serviceKey(@OfExchange() exchange: Exchange) {
    return this.admin.read(
      exchange,
      'Key of the guardrail service',
      (document) => {
        const { is_set, enkrypt_api_key: key } = serviceKeyOf(document);
        return { is_set, enkrypt_api_key: key?.startsWith('${') === true || key === null ? key : MASK };
      },
      'none',
    );
  }

  @Put('enkrypt-api-key')
  setServiceKey(
    @OfExchange() exchange: Exchange,
    @Body(new DtoPipe(async () => (await import('./system.dto.js')).ServiceKeyBody, 422)) body: ServiceKeyBody,
  ) {
    return this.admin.change(exchange, {
      operation: 'settings.service_key',
      message: 'Key of the guardrail service set',
      apply: (document) => {
        setServiceKey(document, body.api_key);
        return null;
      },
    });
  }

  @Put('telemetry')
  telemetry(
    @OfExchange() exchange: Exchange,
    @Body(new DtoPipe(async () => (await import('./system.dto.js')).TelemetryBody, 422)) body: TelemetryBody,
  ) {
    const { enabled, url, insecure } = body;
    return this.admin.change(exchange, {
      operation: 'settings.telemetry',
      message: 'Telemetry set; it is in force from the next start on',
      apply: (document, { allowedHosts }) => {
        if (typeof url === 'string') refuseAddress(url, allowedHosts);
        configureTelemetry(document, {
          ...(typeof enabled !== 'boolean' ? {} : { enabled }),
          ...(typeof url !== 'string' ? {} : { url }),
          ...(typeof insecure !== 'boolean' ? {} : { insecure }),
        });
        return null;
      },
    });
  }
}
