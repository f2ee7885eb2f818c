import type { IncomingMessage } from 'node:http';
import { Controller, Get, Req, ServiceUnavailableException } from '@nestjs/common';
import { AdminKey } from '../admin/admin-key.js';
import { DescribedBy } from '../admin/api-docs/described-by.decorator.js';
import { Public } from '../admin/public.decorator.js';
import { HealthService, type HealthDetail, type HealthSummary } from './health.service.js';

/** /health for people and monitors, /health/live and /health/ready for orchestrators. No key needed; the admin key adds detail. */
@Public()
@DescribedBy(async () => (await import('./health.description.js')).HEALTH)
@Controller('health')
export class HealthController {
  constructor(
    private readonly health: HealthService,
    private readonly adminKey: AdminKey,
  ) {}

  @Get()
  async overall(@Req() request: IncomingMessage): Promise<HealthSummary | HealthDetail> {
    const detailed = this.adminKey.denial(request) === null;
    const answer = await (detailed ? this.health.detail() : this.health.summary());
    if (answer.status === 'error') throw new ServiceUnavailableException(answer);
    return answer;
  }

  /** The process answers: nothing else is asked, or a restart loop would follow every broken file. */
  @Get('live')
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  @Get('ready')
  async ready(): Promise<{ status: 'ok' }> {
    if ((await this.health.ready()) === 'error') throw new ServiceUnavailableException({ status: 'error' });
    return { status: 'ok' };
  }
}
