import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query, UseGuards } from '@nestjs/common';
import { isObject } from '../../config/administration/document.js';
import {
  addMember,
  assignConfig,
  configOfProject,
  createProject,
  exportProject,
  getProject,
  listMembers,
  listProjects,
  removeAllMembers,
  removeMember,
  removeProject,
  unassignConfig,
} from '../../config/administration/projects.js';
import { searchProjects } from '../../config/administration/search.js';
import { configWithoutSecrets } from '../../config/administration/server-secrets.js';
import { FOR_OPERATORS, NeedsRole } from '../admin-roles.decorator.js';
import { DescribedBy } from '../api-docs/described-by.decorator.js';
import { DtoPipe } from '../dto.pipe.js';
import { AdministrationService } from './administration.service.js';
import { EmptyBodyGuard } from './empty-body.guard.js';
import { type Exchange, OfExchange } from './exchange.js';
import { oneOf } from './one-of.js';
import type { PageQuery, SearchBody } from './page.dto.js';
import type { AddMemberBody, AssignConfigBody, CreateProjectBody } from './projects.dto.js';

const PAGE = async () => (await import('./page.dto.js')).PageQuery;

/** /api/v1/projects: who shares which config. Needs the admin key. */
@NeedsRole(FOR_OPERATORS)
@DescribedBy(async () => (await import('./projects.description.js')).PROJECTS)
@Controller('api/v1/projects')
export class ProjectsController {
  constructor(private readonly admin: AdministrationService) {}

  @Get()
  list(@OfExchange() exchange: Exchange, @Query(new DtoPipe(PAGE, 422)) query: PageQuery) {
    return this.admin.list(exchange, query, 'Projects', (document) => {
      const found =
        query.q === undefined ? null : new Set(searchProjects(document, query.q).map((one) => one.project_id));
      return listProjects(document).filter(({ project_id }) => found?.has(project_id) ?? true);
    });
  }

  @Post()
  create(
    @OfExchange() exchange: Exchange,
    @Body(new DtoPipe(async () => (await import('./projects.dto.js')).CreateProjectBody, 422)) body: CreateProjectBody,
  ) {
    return this.admin.change(exchange, {
      operation: 'project.create',
      message: 'Project created',
      apply: (document) => createProject(document, body.project_name),
    });
  }

  @Post('search')
  @HttpCode(200)
  search(
    @OfExchange() exchange: Exchange,
    @Query(new DtoPipe(PAGE, 422)) query: PageQuery,
    @Body(new DtoPipe(async () => (await import('./page.dto.js')).SearchBody, 422)) body: SearchBody,
  ) {
    return this.admin.list(exchange, query, 'Projects found', (document) => searchProjects(document, body.search_term));
  }

  @Get(':project')
  detail(@OfExchange() exchange: Exchange, @Param('project') project: string) {
    return this.admin.read(exchange, 'Project', (document) => getProject(document, project));
  }

  @Delete(':project')
  @UseGuards(EmptyBodyGuard)
  remove(@OfExchange() exchange: Exchange, @Param('project') project: string) {
    return this.admin.change(exchange, {
      operation: 'project.remove',
      message: 'Project removed',
      apply: (document) => {
        removeProject(document, project);
        return null;
      },
    });
  }

  @Post(':project/assign-config')
  @HttpCode(200)
  assign(
    @OfExchange() exchange: Exchange,
    @Param('project') project: string,
    @Body(new DtoPipe(async () => (await import('./projects.dto.js')).AssignConfigBody, 422)) body: AssignConfigBody,
  ) {
    const { config_id, config_name } = body;
    return this.admin.change(exchange, {
      operation: 'project.assign_config',
      message: 'Config assigned',
      target: { config: config_id ?? config_name },
      apply: (document) => {
        assignConfig(document, project, oneOf({ config_id, config_name }));
        return null;
      },
    });
  }

  @Post(':project/unassign-config')
  @HttpCode(200)
  @UseGuards(EmptyBodyGuard)
  unassign(@OfExchange() exchange: Exchange, @Param('project') project: string) {
    return this.admin.change(exchange, {
      operation: 'project.unassign_config',
      message: 'Config unassigned',
      apply: (document) => {
        unassignConfig(document, project);
        return null;
      },
    });
  }

  @Get(':project/config')
  config(@OfExchange() exchange: Exchange, @Param('project') project: string) {
    return this.admin.read(exchange, 'Config of the project', (document) =>
      configWithoutSecrets(configOfProject(document, project)),
    );
  }

  @Get(':project/users')
  members(
    @OfExchange() exchange: Exchange,
    @Param('project') project: string,
    @Query(new DtoPipe(PAGE, 422)) query: PageQuery,
  ) {
    const term = query.q?.toLowerCase() ?? '';
    return this.admin.list(exchange, query, 'Users of the project', (document) =>
      listMembers(document, project).filter(({ email }) => email.toLowerCase().includes(term)),
    );
  }

  @Post(':project/users')
  @HttpCode(200)
  addMember(
    @OfExchange() exchange: Exchange,
    @Param('project') project: string,
    @Body(new DtoPipe(async () => (await import('./projects.dto.js')).AddMemberBody, 422)) body: AddMemberBody,
  ) {
    const { user_id, email } = body;
    return this.admin.change(exchange, {
      operation: 'project.add_user',
      message: 'User added to the project',
      target: { user: user_id ?? email },
      apply: (document) => {
        addMember(document, project, oneOf({ user_id, email }));
        return null;
      },
    });
  }

  @Delete(':project/users')
  @UseGuards(EmptyBodyGuard)
  removeAll(@OfExchange() exchange: Exchange, @Param('project') project: string) {
    return this.admin.change(exchange, {
      operation: 'project.remove_all_users',
      message: 'Users removed from the project',
      apply: (document) => {
        removeAllMembers(document, project);
        return null;
      },
    });
  }

  @Delete(':project/users/:user')
  @UseGuards(EmptyBodyGuard)
  removeMember(@OfExchange() exchange: Exchange, @Param('project') project: string, @Param('user') user: string) {
    return this.admin.change(exchange, {
      operation: 'project.remove_user',
      message: 'User removed from the project',
      apply: (document) => {
        removeMember(document, project, user);
        return null;
      },
    });
  }

  @Post(':project/export')
  @HttpCode(200)
  @UseGuards(EmptyBodyGuard)
  export(@OfExchange() exchange: Exchange, @Param('project') project: string) {
    return this.admin.download(exchange, 'project', 'Project exported', (document) => {
      const { config, ...exported } = exportProject(document, project);
      return { ...exported, config: isObject(config) ? configWithoutSecrets(config) : null };
    });
  }
}
