import { describe, expect, it } from '@jest/globals';
import { GatewayError } from '../../../src/errors.js';
import { EncodedResult, agreedVersion, encodeResponse, failure, forEra } from '../../../src/mcp/rpc-response.js';

const payload = { text: 'a "quoted" \\ back\nslash \u2028 \ud800 end', nested: [{ __proto__x: null }] };

describe('responses as text', () => {
  it.each<[string | number]>([[1], ['a "b" \\ c'], ['\ud800'], [-0.5]])(
    'are the same for plain and encoded results (id %j)',
    (id) => {
      const plain = encodeResponse({ jsonrpc: '2.0', id, result: payload });
      const encoded = encodeResponse({ jsonrpc: '2.0', id, result: new EncodedResult(JSON.stringify(payload)) });
      expect(encoded).toBe(plain);
    },
  );

  it('carry resultType in the 2026 era only', () => {
    for (const result of [payload, new EncodedResult(JSON.stringify(payload))]) {
      const modern = encodeResponse({ jsonrpc: '2.0', id: 1, result: forEra(result, '2026') });
      expect(JSON.parse(modern)).toEqual({ jsonrpc: '2.0', id: 1, result: { resultType: 'complete', ...payload } });
      const legacy = encodeResponse({ jsonrpc: '2.0', id: 1, result: forEra(result, '2025') });
      expect(JSON.parse(legacy)).toEqual({ jsonrpc: '2.0', id: 1, result: payload });
    }
  });

  it('tell the agreed revision of a successful initialize only', () => {
    expect(agreedVersion({ jsonrpc: '2.0', id: 1, result: { protocolVersion: '2025-11-25' } })).toBe('2025-11-25');
    expect(
      agreedVersion({ jsonrpc: '2.0', id: 1, result: new EncodedResult('{"protocolVersion":"x"}') }),
    ).toBeUndefined();
    expect(agreedVersion(failure(1, new GatewayError('invalid_params', 'no')))).toBeUndefined();
    expect(agreedVersion(null)).toBeUndefined();
  });
});
