import { type DynamicModule, Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { ConfigStore } from './config-store.js';
import type { ListenSettings } from './listen-settings.js';

/**
 * Offers the config file's snapshot (ConfigStore) and what the command line said (ConfigService). The store is opened before Nest
 * starts, because a broken file must stop the process with a readable list and not with a stack trace.
 */
@Module({})
export class GatewayConfigModule {
  static register(store: ConfigStore, listen: ListenSettings): DynamicModule {
    return {
      module: GatewayConfigModule,
      imports: [ConfigModule.forRoot({ ignoreEnvFile: true, skipProcessEnv: true, load: [() => ({ listen })] })],
      providers: [{ provide: ConfigStore, useValue: store }],
      exports: [ConfigStore, ConfigModule],
    };
  }
}
