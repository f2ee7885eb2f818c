import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query, UseGuards } from '@nestjs/common';
import {
  addConfig,
  copyConfig,
  exportConfig,
  getConfig,
  importConfig,
  listConfigs,
  projectsUsing,
  removeConfig,
  renameConfig,
} from '../../config/administration/configs.js';
import { entityOf, type Json, objectOf } from '../../config/administration/document.js';
import { unmask } from '../../config/administration/partial-restore.js';
import { searchConfigs } from '../../config/administration/search.js';
import { configWithoutSecrets } from '../../config/administration/server-secrets.js';
import { FOR_OPERATORS, NeedsRole } from '../admin-roles.decorator.js';
import { DescribedBy } from '../api-docs/described-by.decorator.js';
import { DtoPipe } from '../dto.pipe.js';
import { AdministrationService } from './administration.service.js';
import type { CopyConfigBody, CreateConfigBody, ImportConfigBody, RenameConfigBody } from './configs.dto.js';
import { EmptyBodyGuard } from './empty-body.guard.js';
import { type Exchange, OfExchange } from './exchange.js';
import { LoadCheckService } from './load-check.service.js';
import type { PageQuery, SearchBody } from './page.dto.js';

const PAGE = async () => (await import('./page.dto.js')).PageQuery;

/** /api/v1/configs without their servers. Needs the admin key. */
@NeedsRole(FOR_OPERATORS)
@DescribedBy(async () => (await import('./configs.description.js')).CONFIGS)
@Controller('api/v1/configs')
export class ConfigsController {
  constructor(
    private readonly admin: AdministrationService,
    private readonly check: LoadCheckService,
  ) {}

  @Get()
  list(@OfExchange() exchange: Exchange, @Query(new DtoPipe(PAGE, 422)) query: PageQuery) {
    return this.admin.list(
      exchange,
      query,
      'Configs',
      (document) => {
        const found =
          query.q === undefined ? null : new Set(searchConfigs(document, query.q).map((one) => one.mcp_config_id));
        return listConfigs(document).filter(({ mcp_config_id }) => found?.has(mcp_config_id) ?? true);
      },
      'none',
    );
  }

  @Post()
  create(
    @OfExchange() exchange: Exchange,
    @Body(new DtoPipe(async () => (await import('./configs.dto.js')).CreateConfigBody, 422)) body: CreateConfigBody,
  ) {
    return this.admin.change(exchange, {
      operation: 'config.create',
      message: 'Config created',
      apply: (document) => addConfig(document, body.config_name),
    });
  }

  @Post('copy')
  copy(
    @OfExchange() exchange: Exchange,
    @Body(new DtoPipe(async () => (await import('./configs.dto.js')).CopyConfigBody, 422)) body: CopyConfigBody,
  ) {
    return this.admin.change(exchange, {
      operation: 'config.copy',
      message: 'Config copied',
      target: { config: body.source_config },
      apply: (document) => copyConfig(document, body.source_config, body.target_config),
    });
  }

  @Post('import')
  import(
    @OfExchange() exchange: Exchange,
    @Body(new DtoPipe(async () => (await import('./configs.dto.js')).ImportConfigBody, 422)) body: ImportConfigBody,
  ) {
    return this.admin.change(exchange, {
      operation: 'config.import',
      message: 'Config imported',
      apply: (document) => {
        const made = importConfig(document, body.config_name, body.config);
        unmask(entityOf(document, 'config', made.config_id).json, {});
        return made;
      },
    });
  }

  @Post('search')
  @HttpCode(200)
  search(
    @OfExchange() exchange: Exchange,
    @Query(new DtoPipe(PAGE, 422)) query: PageQuery,
    @Body(new DtoPipe(async () => (await import('./page.dto.js')).SearchBody, 422)) body: SearchBody,
  ) {
    const find = (document: Json) => searchConfigs(document, body.search_term);
    return this.admin.list(exchange, query, 'Configs found', find, 'none');
  }

  @Put(':config/rename')
  rename(
    @OfExchange() exchange: Exchange,
    @Param('config') config: string,
    @Body(new DtoPipe(async () => (await import('./configs.dto.js')).RenameConfigBody, 422)) body: RenameConfigBody,
  ) {
    return this.admin.change(exchange, {
      operation: 'config.rename',
      message: 'Config renamed',
      apply: (document) => {
        renameConfig(document, config, body.new_name);
        return null;
      },
    });
  }

  @Get(':config')
  detail(@OfExchange() exchange: Exchange, @Param('config') config: string) {
    return this.admin.read(exchange, 'Config', (document) => configWithoutSecrets(getConfig(document, config)));
  }

  @Delete(':config')
  @UseGuards(EmptyBodyGuard)
  remove(@OfExchange() exchange: Exchange, @Param('config') config: string) {
    return this.admin.change(exchange, {
      operation: 'config.remove',
      message: 'Config removed',
      apply: (document) => {
        removeConfig(document, config);
        return null;
      },
    });
  }

  @Get(':config/projects')
  projects(
    @OfExchange() exchange: Exchange,
    @Param('config') config: string,
    @Query(new DtoPipe(PAGE, 422)) query: PageQuery,
  ) {
    return this.admin.list(exchange, query, 'Projects of the config', (document) =>
      projectsUsing(document, entityOf(document, 'config', config).id),
    );
  }

  @Post(':config/validate')
  @HttpCode(200)
  @UseGuards(EmptyBodyGuard)
  validate(@OfExchange() exchange: Exchange, @Param('config') config: string) {
    return this.admin.read(exchange, 'Config is valid', (document) => {
      this.check.demand(document, entityOf(document, 'config', config).id);
      return null;
    });
  }

  @Post(':config/export')
  @HttpCode(200)
  @UseGuards(EmptyBodyGuard)
  export(@OfExchange() exchange: Exchange, @Param('config') config: string) {
    return this.admin.download(exchange, 'config', 'Config exported', (document) => {
      const exported = exportConfig(document, config);
      return { ...exported, config: configWithoutSecrets(objectOf(exported.config)) };
    });
  }
}
