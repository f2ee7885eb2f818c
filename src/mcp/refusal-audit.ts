import { Injectable } from '@nestjs/common';
import type { GatewayError } from '../errors.js';
import { digestArguments } from '../telemetry/audit-event.js';
import { AuditLog } from '../telemetry/audit-log.js';
import type { ClientRequest } from './client-request.js';

/** The audit line of a call that was refused before any check: unknown tool, arguments that do not fit, server that cannot be asked. */
@Injectable()
export class RefusalAudit {
  constructor(private readonly audit: AuditLog) {}

  record(
    request: ClientRequest,
    call: { readonly server: string | null; readonly tool: string | null; readonly arguments: unknown },
    error: GatewayError,
  ): void {
    this.audit.record({
      requestId: request.requestId,
      principal: request.principal,
      era: request.era,
      method: request.method,
      server: call.server,
      tool: call.tool,
      argsSha256: digestArguments(call.arguments),
      decision: 'refused',
      reasons: [error.code],
      detectors: [],
      scannedChars: 0,
      upstreamMs: 0,
      totalMs: 0,
    });
  }
}
