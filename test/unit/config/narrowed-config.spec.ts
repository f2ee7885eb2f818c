import { describe, expect, it } from '@jest/globals';
import { NarrowedConfigs } from '../../../src/config/narrowed-config.js';
import { accessSchema } from '../../../src/config/schema-access.js';
import type { McpConfig, ServerEntry } from '../../../src/contracts/server-entry.js';
import { allowed } from '../../../src/config/tool-permission.js';

const TOOLS = ['get_mail', 'send_mail', 'delete_mail', 'Delete_all'];

function entry(name: string, tools: readonly string[] | null = null): ServerEntry {
  return {
    name,
    description: '',
    connection: { kind: 'canary' },
    configHash: name,
    affinity: 'principal',
    allowedTools: tools === null ? null : new Map(tools.map((tool) => [tool, ''])),
    inputPolicy: null,
    outputPolicy: null,
    definitionPolicy: null,
    checksServerInfo: false,
    pinning: null,
  };
}

const servers = [entry('mail'), entry('files'), entry('listed', ['get_mail', 'send_mail'])];
const config: McpConfig = {
  id: 'c',
  name: 'c',
  exposure: 'both',
  servers: new Map(servers.map((server) => [server.name, server])),
};

/** `server/tool` of everything that the levels leave. */
function reachable(...levels: unknown[]): string[] {
  const sections = levels.map((level) => (level === undefined ? undefined : accessSchema.parse(level)));
  const narrowed = new NarrowedConfigs().of(config, sections);
  return [...narrowed.servers.values()].flatMap((server) =>
    TOOLS.filter((tool) => allowed(server, tool)).map((tool) => `${server.name}/${tool}`),
  );
}

const ALL = reachable();

describe('access', () => {
  it('that is not there restricts nothing, and costs no other config', () => {
    expect(ALL).toHaveLength(10);
    expect(new NarrowedConfigs().of(config, [undefined, undefined, undefined])).toBe(config);
  });

  it.each<[string, unknown[], string[]]>([
    ['an empty list of allowed rules', [{ allow: [] }], []],
    ['a server', [{ allow: [{ server: 'mail' }] }], TOOLS.map((tool) => `mail/${tool}`)],
    ['tools of any server', [{ allow: [{ tool: 'get_*' }] }], ['mail/get_mail', 'files/get_mail', 'listed/get_mail']],
    ['a tool of a server', [{ allow: [{ server: 'm?il', tool: 'send_mail' }] }], ['mail/send_mail']],
    ['a permission in another letter case, which permits nothing', [{ allow: [{ tool: 'GET_*' }] }], []],
    ['a denial in any letter case', [{ deny: [{ tool: 'DELETE*' }] }], ALL.filter((name) => !/delete/i.test(name))],
    ['a denial of what is permitted', [{ allow: [{ server: 'mail' }], deny: [{ server: 'MAIL', tool: '*' }] }], []],
    [
      'all levels together',
      [
        { allow: [{ server: 'mail' }, { server: 'files' }] },
        { deny: [{ server: 'files' }] },
        { allow: [{ tool: '*_mail' }] },
      ],
      ['mail/get_mail', 'mail/send_mail', 'mail/delete_mail'],
    ],
    ['names that mean something to objects', [{ allow: [{ server: '__proto__', tool: 'constructor' }] }], []],
  ])('lets through what it says: %s', (_, levels, expected) => {
    expect(reachable(...levels)).toEqual(expected);
  });

  it('takes a server of which nothing is left out of the config', () => {
    const narrowed = new NarrowedConfigs().of(config, [accessSchema.parse({ deny: [{ server: 'files', tool: '*' }] })]);
    expect([...narrowed.servers.keys()]).toEqual(['mail', 'listed']);
  });

  it('leaves of an allow-list what it lets through', () => {
    const narrowed = new NarrowedConfigs().of(config, [accessSchema.parse({ deny: [{ tool: 'send_*' }] })]);
    expect([...(narrowed.servers.get('listed')?.allowedTools?.keys() ?? [])]).toEqual(['get_mail']);
  });

  it('is one config for keys with the same restrictions', () => {
    const configs = new NarrowedConfigs();
    const section = () => [undefined, accessSchema.parse({ allow: [{ server: 'mail' }] })];
    expect(configs.of(config, section())).toBe(configs.of(config, section()));
  });

  it('is refused with a misspelt member', () => {
    expect(accessSchema.safeParse({ allows: [] }).success).toBe(false);
    expect(accessSchema.safeParse({ allow: [{ servers: 'x' }] }).success).toBe(false);
  });
});
