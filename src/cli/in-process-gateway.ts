import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AppModule } from '../app.module.js';
import type { ConfigSnapshot } from '../config/snapshot.js';
import { GatewayError } from '../errors.js';
import { openParts } from '../main.js';
import { waitWithSignal } from '../mcp/upstream/wait-with-signal.js';
import { nestLogger } from '../telemetry/nest-logging.js';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** The gateway without a door: the same modules, config and self-test as `stdio`, for commands that look at it from inside. */
export interface InProcessGateway {
  readonly app: INestApplicationContext;
  readonly snapshot: ConfigSnapshot;
}

/**
 * Opens the gateway, uses it and closes it with every link and process it opened, also on Ctrl-C; a second Ctrl-C ends hard.
 * @param logLevel `silent`, or from which level its log lines go to stderr
 * @throws ConfigError, GatewayError `unsealed` (self-test), `cancelled` (interrupted); what `use` throws
 */
export async function withGateway<T>(
  configPath: string,
  logLevel: 'silent' | 'warn',
  use: (gateway: InProcessGateway, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const interruption = new AbortController();
  const onSignal = (): void => {
    if (interruption.signal.aborted) process.exit(1);
    interruption.abort(new GatewayError('cancelled', 'Interrupted.'));
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  try {
    return await openAndUse(configPath, logLevel, use, interruption.signal);
  } finally {
    for (const signal of SIGNALS) process.off(signal, onSignal);
  }
}

async function openAndUse<T>(
  configPath: string,
  logLevel: 'silent' | 'warn',
  use: (gateway: InProcessGateway, signal: AbortSignal) => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  // The config's own warnings are the business of doctor and config validate.
  const parts = await openParts(configPath, 'silent', []);
  parts.telemetry.log.logger.level = logLevel;
  try {
    const app = await NestFactory.createApplicationContext(AppModule.stdio(parts), {
      logger: nestLogger(parts.telemetry.log.logger),
      abortOnError: false,
    });
    try {
      signal.throwIfAborted();
      return await waitWithSignal(use({ app, snapshot: parts.store.current() }, signal), signal);
    } finally {
      await app.close();
    }
  } finally {
    parts.store.close();
  }
}
