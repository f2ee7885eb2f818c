import { Module, type DynamicModule, type ModuleMetadata } from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import { AdminAccess } from './admin-access.js';
import { AdminKeysController } from './administration/admin-keys.controller.js';
import { AdministrationService } from './administration/administration.service.js';
import { ApiKeysController } from './administration/api-keys.controller.js';
import { ConfigsController } from './administration/configs.controller.js';
import { KillSwitchController } from './administration/kill-switch.controller.js';
import { LimitsController } from './administration/limits.controller.js';
import { LoadCheckService } from './administration/load-check.service.js';
import { ProjectsController } from './administration/projects.controller.js';
import { ServersController } from './administration/servers.controller.js';
import { SettingsController } from './administration/settings.controller.js';
import { SystemController } from './administration/system.controller.js';
import { UsersController } from './administration/users.controller.js';
import { AdminKey } from './admin-key.js';
import { AdminKeyGuard } from './admin-key.guard.js';
import { ApiDocsController } from './api-docs/api-docs.controller.js';
import { ApiDocument } from './api-docs/api-document.js';
import { ConfigController } from './config.controller.js';
import { ConfigStatusService } from './config-status.service.js';
import { DefinitionsController } from './definitions.controller.js';
import { DefinitionsService } from './definitions.service.js';
import { MetricsController } from './metrics.controller.js';
import { OAuthTokensController } from './oauth-tokens.controller.js';
import { UnknownRouteFilter } from './unknown-route.filter.js';
import { RequestAudit } from './request-audit.js';

const ADMINISTRATION = [
  AdminKeysController,
  ConfigsController,
  ServersController,
  ProjectsController,
  UsersController,
  ApiKeysController,
  KillSwitchController,
  SystemController,
  SettingsController,
  LimitsController,
];

/** The admin API and the guard that closes every Express route without @Public(). */
@Module({})
export class AdminModule {
  /** @param imports modules that offer ConfigStore, AuditLog, Metrics, LOGGER, CallLimits, PinStore, KeyUses and TokenOverview */
  static register(imports: NonNullable<ModuleMetadata['imports']>): DynamicModule {
    return {
      module: AdminModule,
      imports,
      controllers: [
        ConfigController,
        DefinitionsController,
        OAuthTokensController,
        MetricsController,
        ApiDocsController,
        ...ADMINISTRATION,
      ],
      providers: [
        AdminKey,
        AdminAccess,
        RequestAudit,
        AdminKeyGuard,
        AdministrationService,
        LoadCheckService,
        ConfigStatusService,
        DefinitionsService,
        ApiDocument,
        { provide: APP_GUARD, useExisting: AdminKeyGuard },
        { provide: APP_FILTER, useClass: UnknownRouteFilter },
      ],
      exports: [AdminKey, ApiDocument],
    };
  }
}
