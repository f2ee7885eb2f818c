import { Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { describe, expect, it } from '@jest/globals';
import { AuditLog } from '../../../src/telemetry/audit-log.js';
import { CallTracer, NoCallTracer } from '../../../src/telemetry/call-tracer.js';
import { LOGGER, createLogger } from '../../../src/telemetry/logger.js';
import { Metrics } from '../../../src/telemetry/metrics.js';
import { nestLogger } from '../../../src/telemetry/nest-logging.js';
import { TelemetryModule } from '../../../src/telemetry/telemetry.module.js';
import { memoryStream } from './harness.js';

describe('createLogger', () => {
  it('writes one JSON object per line with an ISO time and the level by name', () => {
    const stream = memoryStream();
    createLogger({ level: 'info', destination: stream }).logger.warn(
      { event: 'x_happened', reason: 'a\nb' },
      'text\nmore',
    );
    expect(stream.text().match(/\n/g)).toHaveLength(1);
    const [line] = stream.lines();
    expect(line).toMatchObject({ level: 'warn', event: 'x_happened', reason: 'a\nb', msg: 'text\nmore' });
    expect(line?.time).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  });

  it('is silent below its level', () => {
    const stream = memoryStream();
    createLogger({ level: 'warn', destination: stream }).logger.info('nothing');
    expect(stream.text()).toBe('');
  });

  it.each([
    { apikey: 'SECRET' },
    { authorization: 'Bearer SECRET' },
    { headers: { authorization: 'SECRET', cookie: 'SECRET' } },
    { req: { headers: { authorization: 'SECRET', apikey: 'SECRET' } } },
    { server: { token: 'SECRET', password: 'SECRET' } },
  ])('replaces secrets in %j', (fields) => {
    const stream = memoryStream();
    createLogger({ level: 'info', destination: stream }).logger.info(fields, 'x');
    expect(stream.text()).not.toContain('SECRET');
    expect(stream.text()).toContain('[redacted]');
  });

  it('flushes without anything to flush', async () => {
    await createLogger({ level: 'info', destination: 2 }).flush();
  });
});

describe('TelemetryModule', () => {
  it('offers its parts by token, logs for Nest through pino, and ends them at shutdown', async () => {
    const stream = memoryStream();
    const log = createLogger({ level: 'info', destination: stream });
    const metrics = new Metrics();
    const audit = new AuditLog({ path: '-' }, log);
    let stopped = 0;
    const otel = {
      tracer: new NoCallTracer(),
      shutdown: () =>
        Promise.resolve().then(() => {
          stopped++;
        }),
    };

    @Module({ imports: [TelemetryModule.register({ log, audit, metrics, otel })] })
    class Root {}
    const app = await Test.createTestingModule({ imports: [Root] })
      .setLogger(nestLogger(log.logger))
      .compile();
    expect(app.get(LOGGER)).toBe(log.logger);
    expect(app.get(Metrics)).toBe(metrics);
    expect(app.get(AuditLog)).toBe(audit);
    expect(app.get(CallTracer)).toBe(otel.tracer);
    expect(stream.lines().some((line) => line.context === 'InstanceLoader')).toBe(false);
    app.useLogger(nestLogger(log.logger));
    await app.close();
    expect(stopped).toBe(1);
    audit.record({} as never);
    expect(metrics.snapshot().gateway_audit_lines_dropped).toBe(1);
  });
});
