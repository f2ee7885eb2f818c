import { describe, expect, it } from '@jest/globals';
import { envelopeVersion, readClientMessage } from '../../../src/mcp/client-message.js';

const INVALID = expect.objectContaining({ code: 'invalid_request' });

describe('a message of a client', () => {
  it.each([
    ['a string id', 'abc'],
    ['an empty string id', ''],
    ['the id 0', 0],
    ['a negative id', -7],
    ['the largest safe id', Number.MAX_SAFE_INTEGER],
  ])('is a request with %s', (_what, id) => {
    expect(readClientMessage({ jsonrpc: '2.0', id, method: 'ping' })).toEqual({
      kind: 'request',
      id,
      method: 'ping',
      params: {},
    });
  });

  it('is a notification without an id', () => {
    expect(readClientMessage({ jsonrpc: '2.0', method: 'n', params: { a: 1 } })).toEqual({
      kind: 'notification',
      method: 'n',
      params: { a: 1 },
    });
  });

  const nonsense = { code: -32603, message: 'The client answered with nothing that is a response.' };
  it.each([
    [{ result: { a: 1 } }, { kind: 'result', result: { a: 1 } }],
    [{ error: { code: 1, message: 'm', data: 'left out' } }, { kind: 'error', error: { code: 1, message: 'm' } }],
    [{ result: null }, { kind: 'error', error: nonsense }],
    [{ error: 'text' }, { kind: 'error', error: nonsense }],
  ])('is a response with %j', (answer, body) => {
    expect(readClientMessage({ jsonrpc: '2.0', id: 1, ...answer })).toEqual({ kind: 'response', id: 1, body });
  });

  it.each([
    ['null', null],
    ['a string', 'x'],
    ['a number', 1],
    ['an array', []],
    ['an empty object', {}],
    ['no version', { id: 1, method: 'ping' }],
    ['version 1.0', { jsonrpc: '1.0', id: 1, method: 'ping' }],
    ['a version that is a number', { jsonrpc: 2, id: 1, method: 'ping' }],
    ['the id null', { jsonrpc: '2.0', id: null, method: 'ping' }],
    ['a fraction as id', { jsonrpc: '2.0', id: 1.5, method: 'ping' }],
    ['an id past what a double holds exactly', { jsonrpc: '2.0', id: 2 ** 53, method: 'ping' }],
    ['an object as id', { jsonrpc: '2.0', id: {}, method: 'ping' }],
    ['an empty method', { jsonrpc: '2.0', id: 1, method: '' }],
    ['a method that is no string', { jsonrpc: '2.0', id: 1, method: ['ping'] }],
    ['a null method', { jsonrpc: '2.0', id: 1, method: null }],
    ['a list as params', { jsonrpc: '2.0', id: 1, method: 'ping', params: [] }],
    ['null as params', { jsonrpc: '2.0', id: 1, method: 'ping', params: null }],
    ['a string as _meta', { jsonrpc: '2.0', id: 1, method: 'ping', params: { _meta: 'x' } }],
    ['null as _meta', { jsonrpc: '2.0', id: 1, method: 'ping', params: { _meta: null } }],
    ['result and error', { jsonrpc: '2.0', id: 1, result: {}, error: {} }],
    ['neither method nor answer', { jsonrpc: '2.0', id: 1 }],
    ['an answer without id', { jsonrpc: '2.0', result: {} }],
  ])('is refused with %s', (_what, message) => {
    expect(() => readClientMessage(message)).toThrow(INVALID);
  });

  it('takes nothing from a prototype', () => {
    const bait = JSON.parse('{"__proto__":{"jsonrpc":"2.0","id":1,"method":"ping"}}') as unknown;
    expect(() => readClientMessage(bait)).toThrow(INVALID);
  });
});

describe('the era of a message', () => {
  it('is told by the envelope alone', () => {
    expect(envelopeVersion({})).toBeUndefined();
    expect(envelopeVersion({ _meta: {} })).toBeUndefined();
    expect(envelopeVersion({ _meta: { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' } })).toBe('2026-07-28');
  });
});
