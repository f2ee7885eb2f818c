import type { DynamicModule, LoggerService } from '@nestjs/common';
import { Logger as NestPinoLogger, LoggerModule, PinoLogger } from 'nestjs-pino';
import type { Logger } from 'pino';

/**
 * The module that binds pino to requests of the Express side (health, admin). No line per request: success is silent at info, and
 * denials are logged with their reason by the guard. `/mcp` never comes through here.
 */
export function nestLoggingModule(logger: Logger): DynamicModule {
  return LoggerModule.forRoot({ pinoHttp: { logger, autoLogging: false, quietReqLogger: true } });
}

/** What `NestFactory.create(…, { logger })` takes, so that Nest's own start-up lines are pino lines from the first one. */
export function nestLogger(logger: Logger): LoggerService {
  const pinoHttp = { logger };
  return new NestPinoLogger(new PinoLogger({ pinoHttp }), { pinoHttp });
}
