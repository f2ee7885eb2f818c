import { describe, expect, it } from '@jest/globals';
import { GatewayError, type GatewayErrorCode, toGatewayError } from '../../../src/errors.js';
import { rpcErrorOf, surfaceOf } from '../../../src/mcp/error-map.js';

interface Row {
  readonly http: number;
  readonly rpc: number;
  readonly envelope: string;
  /** A direct tools/call answers with a result that has isError. */
  readonly result?: true;
}

/**
 * The whole table once more, by hand. The type makes a new code without a row here an error; a changed value fails the test, so that
 * what clients match on never changes by accident.
 */
const PINNED: Readonly<Record<GatewayErrorCode, Row>> = {
  // The message itself.
  parse_error: { http: 400, rpc: -32700, envelope: 'SYS_001' },
  invalid_request: { http: 400, rpc: -32600, envelope: 'SYS_001' },
  method_not_found: { http: 404, rpc: -32601, envelope: 'SYS_001' },
  invalid_params: { http: 400, rpc: -32602, envelope: 'TOOL_003' },
  header_mismatch: { http: 400, rpc: -32020, envelope: 'SYS_001' },
  unsupported_protocol_version: { http: 400, rpc: -32022, envelope: 'SYS_001' },
  // The transport.
  session_required: { http: 400, rpc: -32600, envelope: 'SYS_001' },
  session_unknown: { http: 404, rpc: -32001, envelope: 'SYS_001' },
  method_not_allowed: { http: 405, rpc: -32600, envelope: 'SYS_001' },
  not_acceptable: { http: 406, rpc: -32600, envelope: 'SYS_001' },
  unsupported_media_type: { http: 415, rpc: -32600, envelope: 'SYS_001' },
  body_too_large: { http: 413, rpc: -32600, envelope: 'SYS_001' },
  header_too_large: { http: 431, rpc: -32600, envelope: 'SYS_001' },
  stream_conflict: { http: 409, rpc: -32600, envelope: 'SYS_001' },
  // Identity.
  unauthenticated: { http: 401, rpc: -32010, envelope: 'AUTH_001' },
  forbidden: { http: 403, rpc: -32010, envelope: 'AUTH_004' },
  disabled: { http: 403, rpc: -32010, envelope: 'AUTH_004', result: true },
  // The tool.
  unknown_tool: { http: 200, rpc: -32602, envelope: 'TOOL_002' },
  unknown_server: { http: 200, rpc: -32602, envelope: 'DISC_002' },
  arguments_invalid: { http: 200, rpc: -32602, envelope: 'TOOL_003', result: true },
  // The checks and the upstream.
  guardrail_blocked: { http: 200, rpc: -32012, envelope: 'GUARD_002' },
  guardrail_unavailable: { http: 200, rpc: -32012, envelope: 'GUARD_001', result: true },
  guardrail_timeout: { http: 200, rpc: -32012, envelope: 'GUARD_005', result: true },
  definitions_unchecked: { http: 200, rpc: -32012, envelope: 'DISC_003', result: true },
  server_blocked: { http: 200, rpc: -32012, envelope: 'GUARD_002', result: true },
  rate_limited: { http: 429, rpc: -32013, envelope: 'TOOL_006' },
  overloaded: { http: 503, rpc: -32013, envelope: 'TOOL_006', result: true },
  upstream_unavailable: { http: 200, rpc: -32014, envelope: 'TOOL_006', result: true },
  upstream_timeout: { http: 200, rpc: -32015, envelope: 'TOOL_004', result: true },
  upstream_protocol: { http: 200, rpc: -32016, envelope: 'TOOL_001', result: true },
  upstream_token: { http: 200, rpc: -32014, envelope: 'AUTH_007', result: true },
  login_required: { http: 200, rpc: -32014, envelope: 'AUTH_008', result: true },
  url_elicitation: { http: 200, rpc: -32042, envelope: 'AUTH_008' },
  missing_capability: { http: 400, rpc: -32021, envelope: 'TOOL_001' },
  input_missing: { http: 200, rpc: -32014, envelope: 'TOOL_001', result: true },
  cancelled: { http: 200, rpc: -32603, envelope: 'SYS_001' },
  // Ourselves.
  config_invalid: { http: 500, rpc: -32603, envelope: 'CONFIG_002' },
  unsealed: { http: 500, rpc: -32603, envelope: 'SYS_001' },
  internal: { http: 500, rpc: -32603, envelope: 'SYS_001' },
};

const ROWS = Object.entries(PINNED) as [GatewayErrorCode, Row][];

/** Codes that JSON-RPC 2.0 (§5.1) and MCP 2026-07-28 define. */
const DEFINED = new Set([-32042, -32700, -32600, -32601, -32602, -32603, -32020, -32021, -32022]);

describe('the table from errors to the wire', () => {
  it.each(ROWS)('maps %s as published', (code, { http, rpc, envelope, result }) => {
    const surface = surfaceOf(code);
    expect(surface).toEqual({ http, rpc, envelope, ...(result === undefined ? {} : { asToolResult: true }) });
    expect(rpcErrorOf(new GatewayError(code, 'text'))).toEqual({ code: rpc, message: 'text' });
  });

  it.each(ROWS)('keeps the code of %s out of the range that the specification reserves', (_code, { rpc }) => {
    if (DEFINED.has(rpc)) return;
    expect(rpc).toBeLessThanOrEqual(-32000);
    expect(rpc).toBeGreaterThanOrEqual(-32019);
  });

  it('uses the 2026 codes only for what that revision defines', () => {
    const modern = ROWS.filter(([, { rpc }]) => rpc <= -32020 && rpc >= -32099).map(([code]) => code);
    // -32042 is URL elicitation's since 2025-11-25.
    expect(modern).toEqual([
      'header_mismatch',
      'unsupported_protocol_version',
      'url_elicitation',
      'missing_capability',
    ]);
  });

  it('never tells a refused caller from an unknown one by the JSON-RPC code', () => {
    expect(surfaceOf('unauthenticated').rpc).toBe(surfaceOf('forbidden').rpc);
  });

  it('writes envelope codes in the families that users of the envelope know', () => {
    for (const [, { envelope }] of ROWS) expect(envelope).toMatch(/^(AUTH|CONFIG|DISC|GUARD|SYS|TOOL)_\d{3}$/);
  });

  it('shows data when there is some, and the cause never', () => {
    const error = new GatewayError('unsupported_protocol_version', 'text', {
      cause: new Error('hunter2'),
      data: { supported: ['2026-07-28'] },
    });
    expect(rpcErrorOf(error)).toEqual({ code: -32022, message: 'text', data: { supported: ['2026-07-28'] } });
  });
});

describe('an error of unknown origin', () => {
  it.each([[new Error('hunter2')], ['hunter2'], [undefined], [null], [{ code: 'forbidden' }]])(
    'becomes internal, with a text that tells nothing (%p)',
    (thrown) => {
      const error = toGatewayError(thrown);
      expect(error.code).toBe('internal');
      expect(JSON.stringify(rpcErrorOf(error))).not.toContain('hunter2');
    },
  );

  it('stays what it is when it is ours', () => {
    const error = new GatewayError('forbidden', 'text');
    expect(toGatewayError(error)).toBe(error);
  });
});
