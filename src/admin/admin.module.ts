import { Module, type DynamicModule, type ModuleMetadata } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AdminAccess } from './admin-access.js';
import { AdminKey } from './admin-key.js';
import { AdminKeyGuard } from './admin-key.guard.js';
import { ApiDocsController } from './api-docs/api-docs.controller.js';
import { ApiDocument } from './api-docs/api-document.js';
import { ConfigController } from './config.controller.js';
import { ConfigStatusService } from './config-status.service.js';
import { DefinitionsController } from './definitions.controller.js';
import { DefinitionsService } from './definitions.service.js';
import { MetricsController } from './metrics.controller.js';

/** The admin API and the guard that closes every Express route without @Public(). */
@Module({})
export class AdminModule {
  /** @param imports modules that offer ConfigStore, Metrics, LOGGER and PinStore */
  static register(imports: NonNullable<ModuleMetadata['imports']>): DynamicModule {
    return {
      module: AdminModule,
      imports,
      controllers: [ConfigController, DefinitionsController, MetricsController, ApiDocsController],
      providers: [
        AdminKey,
        AdminAccess,
        AdminKeyGuard,
        ConfigStatusService,
        DefinitionsService,
        ApiDocument,
        { provide: APP_GUARD, useExisting: AdminKeyGuard },
      ],
      exports: [AdminKey, ApiDocument],
    };
  }
}
