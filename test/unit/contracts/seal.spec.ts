import { describe, expect, it } from '@jest/globals';
import {
  McpCall,
  type McpCallInit,
  confirmSeal,
  inputVerdictOf,
  sealCall,
  sealProvisionally,
  takeCallSeal,
} from '../../../src/contracts/mcp-call.js';
import { McpReply, inspectReply, openReply, sealReply } from '../../../src/contracts/mcp-reply.js';
import type { ServerEntry } from '../../../src/contracts/server-entry.js';
import { UNCHECKED, type Verdict } from '../../../src/contracts/verdict.js';

const SERVER: ServerEntry = {
  name: 's',
  description: '',
  connection: { kind: 'canary' },
  configHash: 'h',
  affinity: 'principal',
  allowedTools: null,
  inputPolicy: null,
  outputPolicy: null,
  definitionPolicy: null,
  checksServerInfo: false,
  pinning: null,
};

const BLOCK: Extract<Verdict, { kind: 'block' }> = {
  kind: 'block',
  findings: [],
  receipt: {
    detectors: ['keyword_detector'],
    chars: 1,
    skipped: [],
    notChecked: [],
    truncated: false,
    decodedViews: 0,
  },
  detectors: ['keyword_detector'],
};

const PASS: Verdict = {
  kind: 'pass',
  findings: [],
  receipt: { detectors: ['pii'], chars: 3, skipped: [], notChecked: [], truncated: false, decodedViews: 0 },
};

function newCall(init: Partial<McpCallInit> = {}): McpCall {
  return new McpCall({
    principal: { keyId: 'k', userId: 'u', projectId: 'p', configId: 'c', tenant: 't', scopes: [], expiresAt: null },
    era: '2025',
    method: 'tools/call',
    server: SERVER,
    target: 'echo',
    params: { name: 'echo', arguments: {} },
    clientSessionId: null,
    signal: new AbortController().signal,
    ...init,
  });
}

const UNSEALED = expect.objectContaining({ code: 'unsealed' });

describe('the seal of a call', () => {
  it('gives the verdict back once', () => {
    const call = newCall();
    sealCall(call, PASS);
    expect(takeCallSeal(call)).toBe(PASS);
    expect(() => takeCallSeal(call)).toThrow(UNSEALED);
  });

  it('is missing until someone sets it', () => {
    expect(() => takeCallSeal(newCall())).toThrow(UNSEALED);
  });

  it('cannot be set twice, used or not', () => {
    const call = newCall();
    sealCall(call, PASS);
    expect(() => {
      sealCall(call, UNCHECKED);
    }).toThrow(UNSEALED);
    takeCallSeal(call);
    expect(() => {
      sealCall(call, UNCHECKED);
    }).toThrow(UNSEALED);
    expect(() => takeCallSeal(call)).toThrow(UNSEALED);
  });

  it('cannot be set with a verdict that blocks, and the call stays unsealed', () => {
    const call = newCall();
    expect(() => {
      sealCall(call, BLOCK);
    }).toThrow(UNSEALED);
    expect(() => takeCallSeal(call)).toThrow(UNSEALED);
  });

  it.each<[string, unknown]>([
    ['params', { name: 'echo', arguments: {} }],
    ['target', 'rm'],
    ['method', 'resources/read'],
    ['server', { ...SERVER }],
  ])('breaks when %s is replaced, even by something equal', (field, value) => {
    const call = newCall();
    sealCall(call, PASS);
    Object.defineProperty(call, field, { value, writable: true });
    expect(() => takeCallSeal(call)).toThrow(UNSEALED);
  });

  it('stays broken when the change is undone after a failed attempt', () => {
    const call = newCall();
    const { params } = call;
    sealCall(call, PASS);
    call.params = { name: 'rm' };
    expect(() => takeCallSeal(call)).toThrow(UNSEALED);
    call.params = params;
    expect(() => takeCallSeal(call)).toThrow(UNSEALED);
  });

  it('holds for params that were redacted before it was set', () => {
    const call = newCall();
    call.params = { name: 'echo', arguments: { redacted: true } };
    sealCall(call, PASS);
    expect(takeCallSeal(call)).toBe(PASS);
  });

  it('belongs to one call: a copy or a look-alike has none', () => {
    const call = newCall();
    sealCall(call, PASS);
    expect(() => takeCallSeal(newCall())).toThrow(UNSEALED);
    const copy = Object.assign(Object.create(McpCall.prototype) as McpCall, call);
    expect(() => takeCallSeal(copy)).toThrow(TypeError);
    expect(() => {
      sealCall(copy, PASS);
    }).toThrow(TypeError);
  });

  it('is not visible from outside', () => {
    const call = newCall();
    sealCall(call, BLOCKLESS);
    expect(Object.keys(call).filter((key) => key.includes('verdict'))).toEqual([]);
  });
});

const BLOCKLESS: Verdict = { kind: 'redact', findings: [], receipt: PASS.receipt, redactions: 1 };

describe('the seal of a reply', () => {
  const raw = { kind: 'result', result: { content: [{ type: 'text', text: 'secret' }] } } as const;

  it('keeps the answer unreadable until it is set', () => {
    const reply = new McpReply(raw);
    expect(() => openReply(reply)).toThrow(UNSEALED);
    expect(JSON.stringify(reply)).not.toContain('secret');
    sealReply(reply, inspectReply(reply), PASS);
    expect(openReply(reply)).toBe(raw);
    expect(reply.outputVerdict).toBe(PASS);
    expect(reply.inputVerdict).toBe(UNCHECKED);
  });

  it('can be opened as often as wanted, but set only once', () => {
    const reply = new McpReply(raw);
    sealReply(reply, { kind: 'blocked_output', verdict: BLOCK }, BLOCK);
    expect(() => {
      sealReply(reply, raw, PASS);
    }).toThrow(UNSEALED);
    expect(openReply(reply)).toMatchObject({ kind: 'blocked_output' });
    expect(openReply(reply)).toMatchObject({ kind: 'blocked_output' });
    expect(reply.outputVerdict).toBe(BLOCK);
  });

  it('drops the unchecked answer: nothing of a withheld one can be read afterwards', () => {
    const reply = new McpReply(raw);
    sealReply(reply, { kind: 'blocked_output', verdict: BLOCK }, BLOCK);
    expect(() => inspectReply(reply)).toThrow(UNSEALED);
    expect(JSON.stringify(openReply(reply))).not.toContain('secret');
  });

  it('holds the verdict of the input side for a call that was not made', () => {
    const reply = new McpReply(undefined);
    expect(() => inspectReply(reply)).toThrow(UNSEALED);
    sealReply(reply, { kind: 'blocked_input', verdict: BLOCK }, BLOCK);
    expect(reply.inputVerdict).toBe(BLOCK);
    expect(reply.outputVerdict).toBe(UNCHECKED);
    expect(reply.upstreamMs).toBe(0);
  });
});

describe('the verdict of a direction without a policy', () => {
  it('cannot be changed by whoever gets hold of it', () => {
    const parts = [
      UNCHECKED,
      UNCHECKED.findings,
      UNCHECKED.receipt,
      UNCHECKED.receipt.detectors,
      UNCHECKED.receipt.skipped,
    ];
    for (const part of parts) expect(Object.isFrozen(part)).toBe(true);
  });
});

describe('a provisional seal', () => {
  const WRITTEN: ServerEntry = {
    ...SERVER,
    connection: { kind: 'http', url: 'http://127.0.0.1/', headers: {}, transport: 'auto' },
    earlyTools: ['echo'],
  };
  const unlisted = { ...WRITTEN };
  delete (unlisted as { earlyTools?: unknown }).earlyTools;

  it.each([
    ['a server whose operator listed no tools', { server: unlisted }],
    ['an empty list', { server: { ...WRITTEN, earlyTools: [] } }],
    ['the self-test', { server: { ...WRITTEN, connection: { kind: 'canary' } as const } }],
    ['another method', { server: WRITTEN, method: 'resources/read' }],
  ])('is refused for %s', (_what, init) => {
    const call = newCall(init);
    expect(() => {
      sealProvisionally(call);
    }).toThrow(UNSEALED);
    expect(() => takeCallSeal(call)).toThrow(UNSEALED);
  });

  it('keeps the answer closed until a verdict that passes', () => {
    const call = newCall({ server: WRITTEN });
    sealProvisionally(call);
    takeCallSeal(call);
    const body = { kind: 'result', result: {} } as const;
    const reply = new McpReply(body, call);
    expect(() => inspectReply(reply)).toThrow(UNSEALED);
    expect(() => {
      sealReply(reply, body, PASS);
    }).toThrow(UNSEALED);
    expect(() => {
      confirmSeal(call, BLOCK);
    }).toThrow(UNSEALED);
    expect(() => {
      confirmSeal(call, { ...PASS, kind: 'redact', redactions: 1 });
    }).toThrow(UNSEALED);
    expect(inputVerdictOf(call)).toBeUndefined();
    confirmSeal(call, PASS);
    expect(inputVerdictOf(call)).toBe(PASS);
    expect(inspectReply(reply)).toBe(body);
  });

  it('cannot be made of a plain seal, nor of none, and is good for one unchanged forward', () => {
    const plain = newCall({ server: WRITTEN });
    expect(() => {
      confirmSeal(plain, PASS);
    }).toThrow(UNSEALED);
    sealCall(plain, PASS);
    expect(() => {
      sealProvisionally(plain);
    }).toThrow(UNSEALED);
    const changed = newCall({ server: WRITTEN });
    sealProvisionally(changed);
    changed.params = { ...changed.params };
    expect(() => takeCallSeal(changed)).toThrow(UNSEALED);
  });
});
