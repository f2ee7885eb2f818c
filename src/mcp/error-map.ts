import type { GatewayError, GatewayErrorCode } from '../errors.js';

/** How one kind of failure looks on each surface. */
interface Surface {
  /** HTTP status when it happens before dispatch. */
  readonly http: number;
  /** JSON-RPC error code; own codes stay within -32000..-32019 (2026-07-28 keeps -32020..-32099). */
  readonly rpc: number;
  /** Code in the error envelope of the meta tools. */
  readonly envelope: string;
  /** On a direct tools/call the model should read it: a result with isError instead of a JSON-RPC error. */
  readonly asToolResult?: boolean;
}

/** The one table from errors to the wire; pinned by a test. */
const SURFACES: Readonly<Record<GatewayErrorCode, Surface>> = {
  parse_error: { http: 400, rpc: -32700, envelope: 'SYS_001' },
  invalid_request: { http: 400, rpc: -32600, envelope: 'SYS_001' },
  method_not_found: { http: 404, rpc: -32601, envelope: 'SYS_001' },
  invalid_params: { http: 400, rpc: -32602, envelope: 'TOOL_003' },
  header_mismatch: { http: 400, rpc: -32020, envelope: 'SYS_001' },
  unsupported_protocol_version: { http: 400, rpc: -32022, envelope: 'SYS_001' },
  session_required: { http: 400, rpc: -32600, envelope: 'SYS_001' },
  session_unknown: { http: 404, rpc: -32001, envelope: 'SYS_001' },
  method_not_allowed: { http: 405, rpc: -32600, envelope: 'SYS_001' },
  not_acceptable: { http: 406, rpc: -32600, envelope: 'SYS_001' },
  unsupported_media_type: { http: 415, rpc: -32600, envelope: 'SYS_001' },
  body_too_large: { http: 413, rpc: -32600, envelope: 'SYS_001' },
  header_too_large: { http: 431, rpc: -32600, envelope: 'SYS_001' },
  stream_conflict: { http: 409, rpc: -32600, envelope: 'SYS_001' },
  unauthenticated: { http: 401, rpc: -32010, envelope: 'AUTH_001' },
  forbidden: { http: 403, rpc: -32010, envelope: 'AUTH_004' },
  unknown_tool: { http: 200, rpc: -32602, envelope: 'TOOL_002' },
  unknown_server: { http: 200, rpc: -32602, envelope: 'DISC_002' },
  disabled: { http: 403, rpc: -32010, envelope: 'AUTH_004', asToolResult: true },
  arguments_invalid: { http: 200, rpc: -32602, envelope: 'TOOL_003', asToolResult: true },
  guardrail_blocked: { http: 200, rpc: -32012, envelope: 'GUARD_002' },
  guardrail_unavailable: { http: 200, rpc: -32012, envelope: 'GUARD_001', asToolResult: true },
  guardrail_timeout: { http: 200, rpc: -32012, envelope: 'GUARD_005', asToolResult: true },
  definitions_unchecked: { http: 200, rpc: -32012, envelope: 'DISC_003', asToolResult: true },
  server_blocked: { http: 200, rpc: -32012, envelope: 'GUARD_002', asToolResult: true },
  rate_limited: { http: 429, rpc: -32013, envelope: 'TOOL_006' },
  overloaded: { http: 503, rpc: -32013, envelope: 'TOOL_006', asToolResult: true },
  upstream_unavailable: { http: 200, rpc: -32014, envelope: 'TOOL_006', asToolResult: true },
  upstream_timeout: { http: 200, rpc: -32015, envelope: 'TOOL_004', asToolResult: true },
  upstream_protocol: { http: 200, rpc: -32016, envelope: 'TOOL_001', asToolResult: true },
  upstream_token: { http: 200, rpc: -32014, envelope: 'AUTH_007', asToolResult: true },
  login_required: { http: 200, rpc: -32014, envelope: 'AUTH_008', asToolResult: true },
  url_elicitation: { http: 200, rpc: -32042, envelope: 'AUTH_008' },
  missing_capability: { http: 400, rpc: -32021, envelope: 'TOOL_001' },
  input_missing: { http: 200, rpc: -32014, envelope: 'TOOL_001', asToolResult: true },
  cancelled: { http: 200, rpc: -32603, envelope: 'SYS_001' },
  config_invalid: { http: 500, rpc: -32603, envelope: 'CONFIG_002' },
  unsealed: { http: 500, rpc: -32603, envelope: 'SYS_001' },
  internal: { http: 500, rpc: -32603, envelope: 'SYS_001' },
};

export function surfaceOf(code: GatewayErrorCode): Surface {
  return SURFACES[code];
}

/** The error member of a JSON-RPC response. */
export interface RpcErrorObject {
  readonly code: number;
  readonly message: string;
  readonly data?: unknown;
}

export function rpcErrorOf(error: GatewayError): RpcErrorObject {
  const code = SURFACES[error.code].rpc;
  return error.data === undefined
    ? { code, message: error.message }
    : { code, message: error.message, data: error.data };
}
