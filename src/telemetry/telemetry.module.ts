import { Inject, Injectable, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { AuditLog } from './audit-log.js';
import { CallTracer } from './call-tracer.js';
import { LOGGER, type LogOutput } from './logger.js';
import { Metrics } from './metrics.js';
import { nestLoggingModule } from './nest-logging.js';
import type { Otel } from './otel.js';

/** Made before Nest starts, because the config loader logs too; from then on the module ends them. */
export interface TelemetryParts {
  readonly log: LogOutput;
  readonly audit: AuditLog;
  readonly metrics: Metrics;
  readonly otel: Otel;
}

const PARTS = Symbol('telemetry-parts');

/** The last thing to stop: runs after the HTTP server is closed and the pool is gone, so that their last lines are kept. */
@Injectable()
class TelemetryEnd implements OnApplicationShutdown {
  readonly #parts: TelemetryParts;

  constructor(@Inject(PARTS) parts: TelemetryParts) {
    this.#parts = parts;
  }

  async onApplicationShutdown(): Promise<void> {
    const { audit, otel, log } = this.#parts;
    await Promise.all([audit.close(), otel.shutdown()]);
    await log.flush();
  }
}

/** Offers LOGGER, AuditLog, Metrics and CallTracer to the modules that import it. */
@Module({})
export class TelemetryModule {
  static register(parts: TelemetryParts): DynamicModule {
    parts.metrics.auditDropped.source = () => parts.audit.dropped;
    return {
      module: TelemetryModule,
      imports: [nestLoggingModule(parts.log.logger)],
      providers: [
        { provide: PARTS, useValue: parts },
        { provide: LOGGER, useValue: parts.log.logger },
        { provide: AuditLog, useValue: parts.audit },
        { provide: Metrics, useValue: parts.metrics },
        { provide: CallTracer, useValue: parts.otel.tracer },
        TelemetryEnd,
      ],
      exports: [LOGGER, AuditLog, Metrics, CallTracer],
    };
  }
}
