import { Body, Controller, HttpCode, Param, Post, UseGuards } from '@nestjs/common';
import type { Json } from '../../config/administration/document.js';
import {
  type Switch,
  switchProject,
  switchServer,
  switchTool,
  switchUser,
} from '../../config/administration/kill-switch.js';
import { FOR_OPERATORS, NeedsRole } from '../admin-roles.decorator.js';
import { DescribedBy } from '../api-docs/described-by.decorator.js';
import { DtoPipe } from '../dto.pipe.js';
import { AdministrationService } from './administration.service.js';
import { EmptyBodyGuard } from './empty-body.guard.js';
import { type Exchange, OfExchange } from './exchange.js';
import type { DisableBody } from './kill-switch.dto.js';

const BODY = async () => (await import('./kill-switch.dto.js')).DisableBody;
const SERVER = 'configs/:config/servers/:server';
const TOOL = `${SERVER}/tools/:tool`;

/** What can be switched off at once: users, projects, servers and tools. Keys have routes of their own. Needs the admin key. */
@NeedsRole(FOR_OPERATORS)
@DescribedBy(async () => (await import('./kill-switch.description.js')).KILL_SWITCHES)
@Controller('api/v1')
export class KillSwitchController {
  constructor(private readonly admin: AdministrationService) {}

  @Post('users/:user/disable')
  @HttpCode(200)
  disableUser(
    @OfExchange() exchange: Exchange,
    @Param('user') user: string,
    @Body(new DtoPipe(BODY, 422)) body: DisableBody,
  ) {
    return this.set(exchange, 'user', off(body), (document, to) => switchUser(document, user, to));
  }

  @Post('users/:user/enable')
  @HttpCode(200)
  @UseGuards(EmptyBodyGuard)
  enableUser(@OfExchange() exchange: Exchange, @Param('user') user: string) {
    return this.set(exchange, 'user', ON, (document, to) => switchUser(document, user, to));
  }

  @Post('projects/:project/disable')
  @HttpCode(200)
  disableProject(
    @OfExchange() exchange: Exchange,
    @Param('project') project: string,
    @Body(new DtoPipe(BODY, 422)) body: DisableBody,
  ) {
    return this.set(exchange, 'project', off(body), (document, to) => switchProject(document, project, to));
  }

  @Post('projects/:project/enable')
  @HttpCode(200)
  @UseGuards(EmptyBodyGuard)
  enableProject(@OfExchange() exchange: Exchange, @Param('project') project: string) {
    return this.set(exchange, 'project', ON, (document, to) => switchProject(document, project, to));
  }

  @Post(`${SERVER}/disable`)
  @HttpCode(200)
  disableServer(
    @OfExchange() exchange: Exchange,
    @Param('config') config: string,
    @Param('server') server: string,
    @Body(new DtoPipe(BODY, 422)) body: DisableBody,
  ) {
    return this.set(exchange, 'server', off(body), (document, to) => switchServer(document, config, server, to));
  }

  @Post(`${SERVER}/enable`)
  @HttpCode(200)
  @UseGuards(EmptyBodyGuard)
  enableServer(@OfExchange() exchange: Exchange, @Param('config') config: string, @Param('server') server: string) {
    return this.set(exchange, 'server', ON, (document, to) => switchServer(document, config, server, to));
  }

  @Post(`${TOOL}/disable`)
  @HttpCode(200)
  disableTool(
    @OfExchange() exchange: Exchange,
    @Param() place: { readonly config: string; readonly server: string; readonly tool: string },
    @Body(new DtoPipe(BODY, 422)) body: DisableBody,
  ) {
    return this.set(exchange, 'tool', off(body), (document, to) => switchTool(document, place, to));
  }

  @Post(`${TOOL}/enable`)
  @HttpCode(200)
  @UseGuards(EmptyBodyGuard)
  enableTool(
    @OfExchange() exchange: Exchange,
    @Param() place: { readonly config: string; readonly server: string; readonly tool: string },
  ) {
    return this.set(exchange, 'tool', ON, (document, to) => switchTool(document, place, to));
  }

  private set(exchange: Exchange, what: string, to: Switch, apply: (document: Json, to: Switch) => boolean) {
    const verb = to.disabled ? 'disable' : 'enable';
    return this.admin.change(exchange, {
      operation: `${what}.${verb}`,
      message: `The ${what} is ${verb}d`,
      apply: (document) => {
        apply(document, to);
        return null;
      },
    });
  }
}

const ON: Switch = { disabled: false };

function off({ reason }: DisableBody): Switch {
  return { disabled: true, reason: reason ?? undefined };
}
