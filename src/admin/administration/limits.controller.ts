import { Body, Controller, Get, Param, Put } from '@nestjs/common';
import { limitsFor, type LimitTarget, setLimits } from '../../config/administration/limits.js';
import { CallLimits } from '../../limits/call-limits.service.js';
import { FOR_OPERATORS, NeedsRole } from '../admin-roles.decorator.js';
import { DescribedBy } from '../api-docs/described-by.decorator.js';
import { DtoPipe } from '../dto.pipe.js';
import { AdministrationService } from './administration.service.js';
import { type Exchange, OfExchange } from './exchange.js';
import { KeyIdPipe } from './key-id.pipe.js';
import type { LimitsBody } from './limits.dto.js';

const LIMITS = async () => (await import('./limits.dto.js')).LimitsBody;

/** /api/v1/limits: what keys, users, projects and servers may use, and how much of it they have used. Needs the admin key. */
@NeedsRole(FOR_OPERATORS)
@DescribedBy(async () => (await import('./limits.description.js')).LIMITS)
@Controller('api/v1/limits')
export class LimitsController {
  constructor(
    private readonly admin: AdministrationService,
    private readonly calls: CallLimits,
  ) {}

  @Get('api-keys/:key')
  ofKey(@OfExchange() exchange: Exchange, @Param('key', new KeyIdPipe()) key: string) {
    return this.find(exchange, { scope: 'key', reference: key });
  }

  @Put('api-keys/:key')
  setOfKey(
    @OfExchange() exchange: Exchange,
    @Param('key', new KeyIdPipe()) key: string,
    @Body(new DtoPipe(LIMITS, 422)) body: LimitsBody,
  ) {
    return this.set(exchange, { scope: 'key', reference: key }, body);
  }

  @Get('users/:user')
  ofUser(@OfExchange() exchange: Exchange, @Param('user') user: string) {
    return this.find(exchange, { scope: 'user', reference: user });
  }

  @Put('users/:user')
  setOfUser(
    @OfExchange() exchange: Exchange,
    @Param('user') user: string,
    @Body(new DtoPipe(LIMITS, 422)) body: LimitsBody,
  ) {
    return this.set(exchange, { scope: 'user', reference: user }, body);
  }

  @Get('projects/:project')
  ofProject(@OfExchange() exchange: Exchange, @Param('project') project: string) {
    return this.find(exchange, { scope: 'project', reference: project });
  }

  @Put('projects/:project')
  setOfProject(
    @OfExchange() exchange: Exchange,
    @Param('project') project: string,
    @Body(new DtoPipe(LIMITS, 422)) body: LimitsBody,
  ) {
    return this.set(exchange, { scope: 'project', reference: project }, body);
  }

  @Get('servers/:config/:server')
  ofServer(@OfExchange() exchange: Exchange, @Param('config') config: string, @Param('server') server: string) {
    return this.find(exchange, { scope: 'server', config, reference: server });
  }

  @Put('servers/:config/:server')
  setOfServer(
    @OfExchange() exchange: Exchange,
    @Param('config') config: string,
    @Param('server') server: string,
    @Body(new DtoPipe(LIMITS, 422)) body: LimitsBody,
  ) {
    return this.set(exchange, { scope: 'server', config, reference: server }, body);
  }

  private async find(exchange: Exchange, target: LimitTarget) {
    const { data, ...rest } = await this.admin.read(exchange, 'Limits', (document) => limitsFor(document, target));
    const inForce = data.inForce.map(async (limit) => {
      const { used, resetsInMs } = await this.calls.usage(limit);
      return { limit: limit.kind, max: limit.max, used, resets_in_seconds: Math.ceil(resetsInMs / 1000) };
    });
    return { ...rest, data: { limits: data.limits, in_force: await Promise.all(inForce) } };
  }

  private set(exchange: Exchange, target: LimitTarget, body: LimitsBody) {
    return this.admin.change(exchange, {
      operation: 'limits.set',
      message: 'Limits set',
      apply: (document) => ({ limits: setLimits(document, target, body) }),
    });
  }
}
