import { describe, expect, it } from '@jest/globals';
import { readClientMessage } from '../../../src/mcp/client-message.js';
import { checkModernHeaders } from '../../../src/mcp/http/modern-headers.js';

const VERSION = 'io.modelcontextprotocol/protocolVersion';
const CAPABILITIES = 'io.modelcontextprotocol/clientCapabilities';
const META = { [VERSION]: '2026-07-28', [CAPABILITIES]: {} };

type Headers = Record<string, string>;

function call(name: unknown, meta: Record<string, unknown> = META): Record<string, unknown> {
  return { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: {}, _meta: meta } };
}

const HEADERS: Headers = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call', 'mcp-name': 'echo' };

function without(name: string): Headers {
  return Object.fromEntries(Object.entries(HEADERS).filter(([key]) => key !== name));
}

function base64(text: string): string {
  return `=?base64?${Buffer.from(text).toString('base64')}?=`;
}

/** The code of the refusal; null when it passes. */
function refusal(headers: Headers, message: unknown): string | null {
  try {
    checkModernHeaders(headers, readClientMessage(message));
    return null;
  } catch (error) {
    return (error as { code: string }).code;
  }
}

describe('the headers of the 2026 era', () => {
  it('pass when they agree with the body', () => {
    expect(refusal(HEADERS, call('echo'))).toBeNull();
    const list = { jsonrpc: '2.0', id: 1, method: 'tools/list', params: { _meta: META } };
    expect(refusal({ ...without('mcp-name'), 'mcp-method': 'tools/list' }, list)).toBeNull();
  });

  it.each([
    ['a missing version', without('mcp-protocol-version')],
    ['another version', { ...HEADERS, 'mcp-protocol-version': '2025-11-25' }],
    ['a missing method', without('mcp-method')],
    ['another method', { ...HEADERS, 'mcp-method': 'tools/list' }],
    ['a method in another case', { ...HEADERS, 'mcp-method': 'Tools/Call' }],
    ['a missing name', without('mcp-name')],
    ['another name', { ...HEADERS, 'mcp-name': 'other' }],
    ['two names', { ...HEADERS, 'mcp-name': 'echo, echo' }],
    ['base64 of another name', { ...HEADERS, 'mcp-name': base64('other') }],
    ['broken base64', { ...HEADERS, 'mcp-name': '=?base64?e*cho?=' }],
  ])('are refused with %s', (_what, headers) => {
    expect(refusal(headers, call('echo'))).toBe('header_mismatch');
  });

  it.each([['echo'], ['grüße 日本'], ['=?base64?ZWNobw==?='], [' padded ']])('take the name %p as base64', (name) => {
    expect(refusal({ ...HEADERS, 'mcp-name': base64(name) }, call(name))).toBeNull();
  });

  it.each([
    ['prompts/get', 'name'],
    ['resources/read', 'uri'],
  ])('name the target of %s too', (method, member) => {
    const message = { jsonrpc: '2.0', id: 1, method, params: { [member]: 'x', _meta: META } };
    expect(refusal({ ...HEADERS, 'mcp-method': method, 'mcp-name': 'x' }, message)).toBeNull();
    expect(refusal({ ...HEADERS, 'mcp-method': method, 'mcp-name': 'y' }, message)).toBe('header_mismatch');
  });

  it.each([['2099-01-01'], ['2025-11-25'], ['']])('name no version other than ours: %p', (version) => {
    const headers = { ...HEADERS, 'mcp-protocol-version': version };
    expect(refusal(headers, call('echo', { ...META, [VERSION]: version }))).toBe('unsupported_protocol_version');
  });

  it('are held against the body before its version is judged', () => {
    expect(refusal(HEADERS, call('echo', { ...META, [VERSION]: '2099-01-01' }))).toBe('header_mismatch');
  });

  it.each([[undefined], [7], [null], [['2026-07-28']]])('need a version in the body, not %p', (version) => {
    const headers = { ...HEADERS, 'mcp-protocol-version': String(version) };
    expect(refusal(headers, call('echo', { ...META, [VERSION]: version }))).toBe('invalid_params');
  });

  it('say which versions there are', () => {
    const message = readClientMessage(call('echo', { ...META, [VERSION]: '2099-01-01' }));
    expect(() => {
      checkModernHeaders({ ...HEADERS, 'mcp-protocol-version': '2099-01-01' }, message);
    }).toThrow(expect.objectContaining({ data: { supported: ['2026-07-28'], requested: '2099-01-01' } }));
  });

  it.each([[undefined], [null], ['x']])('need the capabilities of the client in the body, not %p', (capabilities) => {
    expect(refusal(HEADERS, call('echo', { ...META, [CAPABILITIES]: capabilities }))).toBe('invalid_params');
  });

  it('take no responses from clients', () => {
    expect(refusal(HEADERS, { jsonrpc: '2.0', id: 1, result: {} })).toBe('invalid_request');
  });
});
