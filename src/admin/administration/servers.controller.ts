import { Body, Controller, Delete, Get, Param, Post, Put, Query, UseGuards } from '@nestjs/common';
import type { Json } from '../../config/administration/document.js';
import { maskedUrl } from '../../config/administration/mask.js';
import { maskedArgs, withoutSecrets } from '../../config/administration/server-secrets.js';
import {
  addServer,
  getServer,
  listServers,
  removeAllServers,
  removeServer,
  setPolicy,
  updateServer,
} from '../../config/administration/servers.js';
import { FOR_OPERATORS, NeedsRole } from '../admin-roles.decorator.js';
import { DescribedBy } from '../api-docs/described-by.decorator.js';
import { DtoPipe } from '../dto.pipe.js';
import { AdministrationService } from './administration.service.js';
import { EmptyBodyGuard } from './empty-body.guard.js';
import { type Exchange, OfExchange } from './exchange.js';
import type { PageQuery } from './page.dto.js';
import { fieldsOver } from './server-fields.js';
import type { AddServerBody, PoliciesBody, PolicyBody, UpdateServerBody } from './servers.dto.js';

const PAGE = async () => (await import('./page.dto.js')).PageQuery;
const POLICY = async () => (await import('./servers.dto.js')).PolicyBody;

/** /api/v1/configs/{config}/servers. Needs the admin key. */
@NeedsRole(FOR_OPERATORS)
@DescribedBy(async () => (await import('./servers.description.js')).SERVERS)
@Controller('api/v1/configs/:config/servers')
export class ServersController {
  constructor(private readonly admin: AdministrationService) {}

  @Get()
  list(
    @OfExchange() exchange: Exchange,
    @Param('config') config: string,
    @Query(new DtoPipe(PAGE, 422)) query: PageQuery,
  ) {
    const term = query.q?.toLowerCase() ?? '';
    return this.admin.list(exchange, query, 'Servers', (document) =>
      listServers(document, config)
        .filter(({ server_name }) => server_name.toLowerCase().includes(term))
        .map((server) => ({
          ...server,
          args: maskedArgs(server.args),
          url: server.url === null ? null : maskedUrl(server.url),
        })),
    );
  }

  @Post()
  add(
    @OfExchange() exchange: Exchange,
    @Param('config') config: string,
    @Body(new DtoPipe(async () => (await import('./servers.dto.js')).AddServerBody, 422)) body: AddServerBody,
  ) {
    return this.admin.change(exchange, {
      operation: 'server.add',
      message: 'Server added',
      target: { server: body.server_name },
      apply: (document) => {
        const { input_guardrails_policy: input, output_guardrails_policy: output } = body;
        addServer(document, config, body.server_name, {
          ...fieldsOver(body, {}),
          ...(input === undefined ? {} : { input_guardrails_policy: input }),
          ...(output === undefined ? {} : { output_guardrails_policy: output }),
        });
        return null;
      },
    });
  }

  @Delete()
  @UseGuards(EmptyBodyGuard)
  removeAll(@OfExchange() exchange: Exchange, @Param('config') config: string) {
    return this.admin.change(exchange, {
      operation: 'server.remove_all',
      message: 'Servers removed',
      apply: (document) => {
        removeAllServers(document, config);
        return null;
      },
    });
  }

  @Get(':server')
  detail(@OfExchange() exchange: Exchange, @Param('config') config: string, @Param('server') server: string) {
    return this.admin.read(exchange, 'Server', (document) => withoutSecrets(getServer(document, config, server)));
  }

  @Put(':server')
  update(
    @OfExchange() exchange: Exchange,
    @Param('config') config: string,
    @Param('server') server: string,
    @Body(new DtoPipe(async () => (await import('./servers.dto.js')).UpdateServerBody, 422)) body: UpdateServerBody,
  ) {
    return this.admin.change(exchange, {
      operation: 'server.update',
      message: 'Server updated',
      apply: (document) => {
        updateServer(document, config, server, fieldsOver(body, getServer(document, config, server)));
        return withoutSecrets(getServer(document, config, server));
      },
    });
  }

  @Delete(':server')
  @UseGuards(EmptyBodyGuard)
  remove(@OfExchange() exchange: Exchange, @Param('config') config: string, @Param('server') server: string) {
    return this.admin.change(exchange, {
      operation: 'server.remove',
      message: 'Server removed',
      apply: (document) => {
        removeServer(document, config, server);
        return null;
      },
    });
  }

  @Put(':server/input-guardrails')
  setInput(
    @OfExchange() exchange: Exchange,
    @Param('config') config: string,
    @Param('server') server: string,
    @Body(new DtoPipe(POLICY, 422)) { policy }: PolicyBody,
  ) {
    return this.setPolicies(exchange, config, server, { input_guardrails_policy: policy });
  }

  @Put(':server/output-guardrails')
  setOutput(
    @OfExchange() exchange: Exchange,
    @Param('config') config: string,
    @Param('server') server: string,
    @Body(new DtoPipe(POLICY, 422)) { policy }: PolicyBody,
  ) {
    return this.setPolicies(exchange, config, server, { output_guardrails_policy: policy });
  }

  @Put(':server/guardrails')
  setBoth(
    @OfExchange() exchange: Exchange,
    @Param('config') config: string,
    @Param('server') server: string,
    @Body(new DtoPipe(async () => (await import('./servers.dto.js')).PoliciesBody, 422)) body: PoliciesBody,
  ) {
    const { input_policy: input, output_policy: output } = body;
    return this.setPolicies(exchange, config, server, {
      ...(input === undefined ? {} : { input_guardrails_policy: input }),
      ...(output === undefined ? {} : { output_guardrails_policy: output }),
    });
  }

  private setPolicies(exchange: Exchange, config: string, server: string, policies: Record<string, Json>) {
    return this.admin.change(exchange, {
      operation: 'server.set_policy',
      message: 'Policies set',
      apply: (document) => {
        setPolicy(document, config, server, policies);
        return null;
      },
    });
  }
}
