import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { Principal } from '../../../src/contracts/principal.js';
import type { Affinity, ServerEntry } from '../../../src/contracts/server-entry.js';
import { Breakers } from '../../../src/mcp/upstream/breakers.js';
import { childEnvironment } from '../../../src/mcp/upstream/child-env.js';
import { ChildRegistry } from '../../../src/mcp/upstream/child-registry.js';
import { CircuitBreaker } from '../../../src/mcp/upstream/circuit-breaker.js';
import { modernParams, sessionParams } from '../../../src/mcp/upstream/envelope.js';
import { readDiscover, readInitialize } from '../../../src/mcp/upstream/handshake.js';
import { configHeaders, mcpHeaderValue, modernHeaders, readSessionId } from '../../../src/mcp/upstream/http-headers.js';
import { poolKey } from '../../../src/mcp/upstream/pool-entry.js';
import { listProcesses, processScope, readProcStat } from '../../../src/mcp/upstream/proc-stat.js';

describe('CircuitBreaker', () => {
  const at = (random: number) => {
    const time = { now: 1000 };
    return { time, breaker: new CircuitBreaker({ now: () => time.now, random: () => random }) };
  };

  it('opens after the third failure in a row, for longer each time, up to 30 s', () => {
    const { time, breaker } = at(0.999999);
    const waits: number[] = [];
    for (let i = 0; i < 12; i++) {
      breaker.failed();
      waits.push(Math.round(breaker.waitMs));
      time.now += breaker.waitMs;
    }
    expect(waits).toEqual([0, 0, 500, 1000, 2000, 4000, 8000, 16000, 30000, 30000, 30000, 30000]);
  });

  it('waits at least half of the delay, by chance', () => {
    const { breaker } = at(0);
    for (let i = 0; i < 3; i++) breaker.failed();
    expect(breaker.waitMs).toBe(250);
  });

  it('closes on a success and counts from the start again', () => {
    const { breaker } = at(0.5);
    for (let i = 0; i < 5; i++) breaker.failed();
    breaker.succeeded();
    expect(breaker.waitMs).toBe(0);
    breaker.failed();
    breaker.failed();
    expect(breaker.waitMs).toBe(0);
  });

  it('is one per key, and says when the next attempt is possible', () => {
    const breakers = new Breakers({ now: () => 0, random: () => 0.999999 });
    for (let i = 0; i < 3; i++) breakers.failed('a');
    expect(() => {
      breakers.check('a', 'db');
    }).toThrow(/"db".*next attempt is possible in 0\.5 s/);
    expect(() => {
      breakers.check('b', 'db');
    }).not.toThrow();
    breakers.succeeded('a');
    expect(() => {
      breakers.check('a', 'db');
    }).not.toThrow();
  });
});

describe('the environment of a child', () => {
  it('is the allow-list and the entry, never the rest of the gateway', () => {
    const base = {
      PATH: '/bin',
      HOME: '/h',
      ENKRYPT_GATEWAY_KEY: 'k',
      NODE_OPTIONS: '--x',
      AWS_SECRET_ACCESS_KEY: 's',
    };
    expect(childEnvironment(base, { TOKEN: 't', HOME: '/own' }, 'linux')).toEqual({
      PATH: '/bin',
      HOME: '/own',
      TOKEN: 't',
    });
  });

  it('leaves out exported shell functions', () => {
    expect(childEnvironment({ TERM: '() { :; }; id', LANG: 'C' }, {}, 'linux')).toEqual({ LANG: 'C' });
  });

  it('compares names without case on Windows', () => {
    expect(childEnvironment({ Path: 'C:', Secret: 'x' }, {}, 'win32')).toEqual({ Path: 'C:' });
  });
});

describe('headers', () => {
  it('of the config cannot replace those of the gateway', () => {
    const { sent, ignored } = configHeaders('s', {
      Authorization: 'Bearer x',
      'Mcp-Session-Id': 'stolen',
      'MCP-PROTOCOL-VERSION': '1',
      'Mcp-Method': 'tools/list',
      'Content-Type': 'text/plain',
      'Content-Length': '1',
      Host: 'evil',
      'Transfer-Encoding': 'chunked',
    });
    expect(sent).toEqual(['authorization', 'Bearer x']);
    expect(ignored).toHaveLength(7);
  });

  it.each([
    ['x', 'a\r\nInjected: 1'],
    ['bad name', 'v'],
    ['x', 'a\u0000b'],
  ])('of the config with %j: %j are refused', (name, value) => {
    expect(() => configHeaders('s', { [name]: value })).toThrow(/not valid in HTTP/);
  });

  it.each([
    ['echo', 'echo'],
    ['file:///a b', 'file:///a b'],
    ['größe', `=?base64?${Buffer.from('größe').toString('base64')}?=`],
    [' lead', `=?base64?${Buffer.from(' lead').toString('base64')}?=`],
    ['a\r\nb', `=?base64?${Buffer.from('a\r\nb').toString('base64')}?=`],
    ['=?base64?eA==?=', `=?base64?${Buffer.from('=?base64?eA==?=').toString('base64')}?=`],
  ])('carry the name %j as %j', (name, value) => {
    expect(mcpHeaderValue(name)).toBe(value);
  });

  it('repeat method and target in the stateless era', () => {
    expect(modernHeaders(['a', 'b'], 'tools/call', { name: 'n' })).toEqual([
      'a',
      'b',
      'mcp-method',
      'tools/call',
      'mcp-name',
      'n',
    ]);
    expect(modernHeaders([], 'resources/read', { uri: 'u' })).toEqual([
      'mcp-method',
      'resources/read',
      'mcp-name',
      'u',
    ]);
    expect(modernHeaders([], 'tools/list', { name: 'n' })).toEqual(['mcp-method', 'tools/list']);
  });

  it('accept only session ids of visible ASCII', () => {
    expect(readSessionId('abc')).toBe('abc');
    expect(readSessionId(undefined)).toBeNull();
    for (const bad of ['', 'a b', 'ü', 'x'.repeat(1025), ['a', 'b']]) expect(readSessionId(bad)).toBeUndefined();
  });
});

describe('params on their way to a server', () => {
  const envelope = {
    'io.modelcontextprotocol/protocolVersion': 'x',
    'io.modelcontextprotocol/clientInfo': { name: 'secret' },
  };

  it('keep the client _meta but not what belongs to the client own hop', () => {
    const params = { name: 'n', _meta: { traceparent: 't', progressToken: 'theirs', ...envelope } };
    expect(sessionParams(params, undefined)).toEqual({ name: 'n', _meta: { traceparent: 't' } });
    expect(sessionParams(params, 7)).toEqual({ name: 'n', _meta: { traceparent: 't', progressToken: 7 } });
    expect(modernParams(params, { clientInfo: { name: 'gw', version: '1' }, capabilities: {} })).toEqual({
      name: 'n',
      _meta: {
        traceparent: 't',
        'io.modelcontextprotocol/protocolVersion': '2026-07-28',
        'io.modelcontextprotocol/clientInfo': { name: 'gw', version: '1' },
        'io.modelcontextprotocol/clientCapabilities': {},
      },
    });
    expect(params._meta.progressToken).toBe('theirs');
  });

  it('pass untouched when there is nothing to change', () => {
    const params = { name: 'n' };
    expect(sessionParams(params, undefined)).toBe(params);
    expect(sessionParams(undefined, undefined)).toBeUndefined();
  });
});

describe('handshake answers', () => {
  it('accept every older version of the era and nothing else', () => {
    for (const protocolVersion of ['2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05']) {
      const hello = readInitialize('s', { kind: 'result', result: { protocolVersion } });
      expect(hello).toMatchObject({ protocolVersion, capabilities: {}, serverInfo: {} });
    }
    for (const protocolVersion of ['2026-07-28', '1.0', 5, undefined]) {
      expect(() => readInitialize('s', { kind: 'result', result: { protocolVersion } })).toThrow(/protocol version/);
    }
  });

  it('tell a server of the stateless era from one to be initialised', () => {
    const error = (code: number, data?: unknown) =>
      readDiscover('s', { kind: 'error', error: { code, message: '', data } });
    expect(readDiscover('s', { kind: 'result', result: { supportedVersions: ['2026-07-28'] } })).not.toBeNull();
    expect(readDiscover('s', { kind: 'result', result: {} })).toBeNull();
    expect(error(-32601)).toBeNull();
    expect(error(-32022, { supported: ['2025-11-25'] })).toBeNull();
    expect(() => error(-32022, { supported: ['2027-01-01'] })).toThrow(/server\/discover/);
    expect(() => error(-32020)).toThrow(/server\/discover/);
  });
});

describe('poolKey', () => {
  const who = (user: string, project = 'p', config = 'c'): Principal => ({
    keyId: 'k',
    userId: user,
    projectId: project,
    configId: config,
    tenant: `${user}_${project}_${config}`,
    scopes: [],
    expiresAt: null,
  });
  const server = (affinity: Affinity, name = 's', configHash = 'h'): ServerEntry => ({
    name,
    description: '',
    connection: { kind: 'canary' },
    configHash,
    affinity,
    allowedTools: null,
    inputPolicy: null,
    outputPolicy: null,
    definitionPolicy: null,
    checksServerInfo: false,
    pinning: null,
  });

  it('never lets two tenants, configs, names or client sessions share where they must not', () => {
    const keys = [
      poolKey(who('a'), server('principal'), null),
      poolKey(who('b'), server('principal'), null),
      poolKey(who('a', 'q'), server('principal'), null),
      poolKey(who('a'), server('principal', 't'), null),
      poolKey(who('a'), server('principal', 's', 'i'), null),
      poolKey(who('a'), server('session'), '1'),
      poolKey(who('a'), server('session'), '2'),
      poolKey(who('b'), server('session'), '1'),
      poolKey(who('a'), server('shared'), null),
      poolKey(who('a', 'q'), server('shared'), null),
      poolKey(who('a', 'p', 'd'), server('shared'), null),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('shares between the calls of one principal, and between users of one project where the operator says so', () => {
    expect(poolKey(who('a'), server('principal'), '1')).toBe(poolKey(who('a'), server('principal'), '2'));
    expect(poolKey(who('a'), server('shared'), null)).toBe(poolKey(who('b'), server('shared'), '1'));
  });
});

const onLinux = processScope() === null ? describe.skip : describe;
onLinux('ChildRegistry', () => {
  const write = (record: unknown, pid: number): string => {
    const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'registry-'));
    fs.writeFileSync(path.join(dir, `${String(pid)}.json`), JSON.stringify(record));
    return dir;
  };
  const self = readProcStat(process.pid);
  const scope = processScope();
  const gone = { pid: 2 ** 22 + 1, startTime: '1' };

  it('leaves the file of a gateway that still runs alone', () => {
    const dir = write({ scope, gateway: { pid: process.pid, startTime: self?.startTime }, groups: [] }, process.pid);
    new ChildRegistry(dir).close();
    const parent = readProcStat(process.ppid);
    const other = write(
      { scope, gateway: { pid: process.ppid, startTime: parent?.startTime }, groups: [] },
      process.ppid,
    );
    new ChildRegistry(other).close();
    expect(fs.readdirSync(other)).toEqual([`${String(process.ppid)}.json`]);
  });

  it('does not kill a process that only has the same number, and removes the file', () => {
    // The groups name this very test process and its own group: a mistake would end the test run.
    const groups = [
      { pgid: process.pid, startTime: '1' },
      { pgid: self?.pgid, startTime: '1' },
    ];
    const dir = write({ scope, gateway: gone, groups }, gone.pid);
    new ChildRegistry(dir).close();
    expect(fs.readdirSync(dir)).toEqual([]);
  });

  it('only removes the file of another boot, and one that it cannot read', () => {
    const groups = [{ pgid: process.pid, startTime: self?.startTime }];
    const dir = write({ scope: 'another boot', gateway: gone, groups }, gone.pid);
    fs.writeFileSync(path.join(dir, '7.json'), '{');
    fs.writeFileSync(path.join(dir, 'notes.txt'), 'not ours');
    new ChildRegistry(dir).close();
    expect(fs.readdirSync(dir)).toEqual(['notes.txt']);
  });

  it('reads start times of processes whose names hold spaces and parentheses', () => {
    expect(listProcesses().length).toBeGreaterThan(1);
    expect(Number(self?.startTime)).toBeGreaterThan(0);
    expect(self?.ppid).toBe(process.ppid);
  });
});
