import type { DynamicModule, LoggerService } from '@nestjs/common';
import { Logger as NestPinoLogger, LoggerModule, PinoLogger } from 'nestjs-pino';
import type { Logger } from 'pino';

/**
 * No line per request: success is silent at info, and denials are logged with their reason by the guard. Whoever asks nestjs-pino
 * first decides for the process, so both functions below must say the same.
 */
function requestLogging(logger: Logger): { logger: Logger; autoLogging: false; quietReqLogger: true } {
  return { logger, autoLogging: false, quietReqLogger: true };
}

/** The module that binds pino to requests of the Express side (health, admin). `/mcp` never comes through here. */
export function nestLoggingModule(logger: Logger): DynamicModule {
  return LoggerModule.forRoot({ pinoHttp: requestLogging(logger) });
}

/** What `NestFactory.create(…, { logger })` takes: Nest's own lines are pino lines, and its start-up chatter is left out. */
export function nestLogger(logger: Logger): LoggerService {
  const pinoHttp = requestLogging(logger.child({}, { level: 'warn' }));
  return new NestPinoLogger(new PinoLogger({ pinoHttp }), { pinoHttp });
}
