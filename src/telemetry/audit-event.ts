import { hash } from 'node:crypto';
import type { Era } from '../contracts/mcp-call.js';
import type { Principal } from '../contracts/principal.js';
import { type AuditCoverage, FULL_COVERAGE } from './audit-coverage.js';

/** What became of a call: `refused` = before any check (identity, allow-list, arguments); `error` = the upstream or the gateway failed. */
export type AuditDecision = 'allowed' | 'redacted' | 'blocked_input' | 'blocked_output' | 'refused' | 'error';

/** One decision. Holds no arguments, results or keys: only a digest and counts. */
export interface AuditEvent {
  /** JSON-RPC id, or the id of the HTTP request where there is none. */
  readonly requestId: string | number | null;
  /** null = the caller could not be identified. */
  readonly principal: Principal | null;
  readonly era: Era | null;
  readonly method: string;
  readonly server: string | null;
  readonly tool: string | null;
  /** From `digestArguments`; null = the call carries no arguments. */
  readonly argsSha256: string | null;
  readonly decision: AuditDecision;
  /** Error codes and names of rules or detectors, never text from the call. */
  readonly reasons: readonly string[];
  /** Detectors that ran over input or output. */
  readonly detectors: readonly string[];
  /** UTF-16 code units of text that the detectors saw, input and output together. */
  readonly scannedChars: number;
  /** Absent = no rule triggered, and everything was looked at. */
  readonly coverage?: AuditCoverage;
  /** Absent = the verdict came before the call, as ever. */
  readonly startedBeforeVerdict?: boolean;
  /** Of the spans of this call, 32 hex digits; absent = it is not traced. */
  readonly traceId?: string;
  /** Milliseconds in the upstream; 0 when it was never called. */
  readonly upstreamMs: number;
  readonly totalMs: number;
}

/** SHA-256 (64 hex digits) of a call's arguments in their JSON form: proves later which arguments were meant without keeping them. */
export function digestArguments(args: unknown): string {
  return hash('sha256', JSON.stringify(args ?? null), 'hex');
}

/** Principals live as long as their snapshot and are the same object on every call: their part of the line is made once. */
const principalParts = new WeakMap<Principal, string>();

/** `"key":…` to `"config":…`, without braces. */
function principalPart(principal: Principal | null): string {
  if (principal === null) return '"key":null,"user":null,"project":null,"config":null';
  let part = principalParts.get(principal);
  if (part === undefined) {
    const { keyId, userId, projectId, configId } = principal;
    part = JSON.stringify({ key: keyId, user: userId, project: projectId, config: configId }).slice(1, -1);
    principalParts.set(principal, part);
  }
  return part;
}

/** Strings that need no escape in JSON: nearly every name there is. A test is several times cheaper than JSON.stringify. */
const PLAIN = /^[\w./:+-]{0,256}$/;
/** Method, tool and request id come from the caller: a line must not grow with them. UTF-16 code units. */
const MAX_NAME_CHARS = 256;
/** What JSON allows bare inside a string but line readers take for an end of line (NEL, LS, PS), and the other C1 controls. */
const LINE_BREAKERS = /[\u007f-\u009f\u2028\u2029]/g;

function quoted(text: string | null): string {
  if (text === null) return 'null';
  if (PLAIN.test(text)) return `"${text}"`;
  const bounded = text.length > MAX_NAME_CHARS ? `${text.slice(0, MAX_NAME_CHARS)}…` : text;
  return JSON.stringify(bounded).replace(LINE_BREAKERS, escapeCodeUnit);
}

function escapeCodeUnit(char: string): string {
  return '\\u' + char.charCodeAt(0).toString(16).padStart(4, '0');
}

function quotedList(items: readonly string[]): string {
  if (items.length === 0) return '[]';
  let list = '[' + quoted(items[0] ?? null);
  for (let i = 1; i < items.length; i++) list += ',' + quoted(items[i] ?? null);
  return list + ']';
}

function milliseconds(value: number): string {
  return Number.isFinite(value) ? String(Math.round(value * 1000) / 1000) : '0';
}

/** Parts of the line that repeat from call to call; bounded, because tool names come from callers. */
const MAX_KNOWN_PARTS = 4_096;
const targetParts = new Map<string, string>();

/** `"era":…` to `"tool":…`. */
function targetPart({ era, method, server, tool }: AuditEvent): string {
  const key = `${era ?? ''}\0${method}\0${server ?? '\0'}\0${tool ?? '\0'}`;
  let part = targetParts.get(key);
  if (part === undefined) {
    part = `"era":${quoted(era)},"method":${quoted(method)},"server":${quoted(server)},"tool":${quoted(tool)}`;
    if (targetParts.size < MAX_KNOWN_PARTS && key.length <= MAX_NAME_CHARS) targetParts.set(key, part);
  }
  return part;
}

/** Lists of detectors and reasons are the same few objects for ever. */
const listParts = new WeakMap<readonly string[], string>();

function listPart(items: readonly string[]): string {
  if (items.length === 0) return '[]';
  let part = listParts.get(items);
  if (part === undefined) {
    part = quotedList(items);
    listParts.set(items, part);
  }
  return part;
}

/** `,"rules":…` to `"decoded_views":…`. */
function coveragePart(coverage: AuditCoverage = FULL_COVERAGE): string {
  if (coverage === FULL_COVERAGE) return FULL_PART;
  const { rules, notChecked, truncated, decodedViews } = coverage;
  return (
    `,"rules":${listPart(rules)},"not_checked":${listPart(notChecked)}` +
    `,"truncated":${String(truncated)},"decoded_views":${String(decodedViews)}`
  );
}

const STARTED_PART = ',"started_before_verdict":true';
const FULL_PART = ',"rules":[],"not_checked":[],"truncated":false,"decoded_views":0';

/**
 * The event as one JSON line with its line feed. Written by hand, because this runs once per call; strings of outside origin are
 * escaped by JSON.stringify, which leaves no line feed in them (ECMA-404: control characters must be escaped).
 * @param time ISO 8601, UTC
 */
export function auditLine(time: string, event: AuditEvent): string {
  const id = typeof event.requestId === 'number' ? JSON.stringify(event.requestId) : quoted(event.requestId);
  return (
    `{"time":"${time}","event":"call","request_id":${id},${principalPart(event.principal)},${targetPart(event)}` +
    `,"args_sha256":${event.argsSha256 === null ? 'null' : `"${event.argsSha256}"`},"decision":"${event.decision}"` +
    `,"reasons":${listPart(event.reasons)},"detectors":${listPart(event.detectors)}` +
    `,"scanned_chars":${String(event.scannedChars)}${coveragePart(event.coverage)},"upstream_ms":${milliseconds(event.upstreamMs)}` +
    `,"total_ms":${milliseconds(event.totalMs)}${event.startedBeforeVerdict === true ? STARTED_PART : ''}` +
    (event.traceId === undefined ? '}\n' : `,"trace_id":"${event.traceId}"}\n`)
  );
}
