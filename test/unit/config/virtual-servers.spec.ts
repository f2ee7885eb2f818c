import { describe, expect, it } from '@jest/globals';
import { hasInView, isInView, serverNames, viewKey, viewOf } from '../../../src/config/config-view.js';
import type { McpConfig } from '../../../src/contracts/server-entry.js';
import { type Json, problemsOf, sampleConfig, snapshotOf } from './sample-config.js';

const AT = 'mcp_configs.c1.virtual_servers';

function configWith(virtual: Json): Json {
  const config = sampleConfig() as Record<string, Record<string, Record<string, Json>>>;
  config.mcp_configs!.c1!.virtual_servers = virtual;
  return config;
}

function loaded(virtual: Json): McpConfig {
  const config = snapshotOf(configWith(virtual)).configs.get('c1');
  if (config === undefined) throw new Error('no config');
  return config;
}

describe('virtual_servers', () => {
  it.each<[string, Json, string, RegExp]>([
    ['a name with a slash', { 'a/b': { servers: { echo: {} } } }, '', /1 to 128 letters, digits/],
    ['no server', { v: { servers: {} } }, '.v.servers', /must name at least one server/],
    ['an empty choice', { v: { servers: { echo: { tools: [] } } } }, '.v.servers.echo.tools', /must name at least one/],
    ['an empty name', { v: { servers: { echo: { tools: [''] } } } }, '.v.servers.echo.tools[0]', /not be empty/],
    ['a misspelt member', { v: { servers: { echo: { tool: ['a'] } } } }, '.v.servers.echo.tool', /./],
    ['no member', { v: {} }, '.v.servers', /./],
  ])('refuses %s', (_what, virtual, path, message) => {
    const problems = problemsOf(configWith(virtual));
    expect(problems).toHaveLength(1);
    expect(problems[0]!.path.startsWith(`${AT}${path}`)).toBe(true);
    expect(problems[0]!.message).toMatch(message);
  });

  it('warns of servers that are not there, and shows nothing of them', () => {
    const { warnings } = snapshotOf(configWith({ v: { servers: { echo: {}, gone: {} } } }));
    expect(warnings).toContainEqual({
      path: `${AT}.v.servers.gone`,
      message: 'shows nothing: the config has no server of this name',
    });
    expect([
      ...viewOf(loaded({ v: { servers: { echo: {}, gone: {} } } }), viewKey('virtual', 'v'))!.servers.keys(),
    ]).toEqual(['echo']);
    expect(viewOf(loaded({ v: { servers: { gone: {} } } }), viewKey('virtual', 'v'))).toBeUndefined();
  });
});

describe('a view of a virtual server', () => {
  const config = loaded({
    whole: { servers: { echo: {} } },
    part: { servers: { echo: { tools: ['get_*'] }, remote: {} } },
  });
  const part = viewOf(config, viewKey('virtual', 'part'))!;
  const echo = config.servers.get('echo')!;

  it('shows what is chosen, and no other kind of what something is chosen of', () => {
    expect(isInView(part, echo, 'tools', 'get_mail')).toBe(true);
    expect(isInView(part, echo, 'tools', 'send_mail')).toBe(false);
    // What permits matches letter case.
    expect(isInView(part, echo, 'tools', 'GET_mail')).toBe(false);
    expect(isInView(part, echo, 'prompts', 'anything')).toBe(false);
    expect(hasInView(part, echo, 'resources')).toBe(false);
    const remote = config.servers.get('remote')!;
    expect(isInView(part, remote, 'prompts', 'anything')).toBe(true);
    expect(hasInView(part, remote, 'resources')).toBe(true);
  });

  it('shows nothing of a server that is no part of it', () => {
    const whole = viewOf(config, viewKey('virtual', 'whole'))!;
    expect(isInView(whole, config.servers.get('remote')!, 'tools', 'get_mail')).toBe(false);
    expect(isInView(whole, echo, 'tools', 'send_mail')).toBe(true);
  });

  it('is the same object every time, keeps the names of the whole config, and is found by its own key alone', () => {
    expect(viewOf(config, viewKey('virtual', 'part'))).toBe(part);
    expect(viewOf(config, undefined)).toBe(config);
    expect(serverNames(viewOf(config, viewKey('virtual', 'whole'))!)).toEqual(['echo', 'remote']);
    for (const key of [
      'part',
      'echo',
      'server\npart',
      'virtual\necho',
      '__proto__',
      'virtual\n__proto__',
      'virtual\n',
      '',
    ]) {
      expect(viewOf(config, key)).toBeUndefined();
    }
    expect(viewOf(config, viewKey('server', 'echo'))?.view?.virtual).toBeNull();
  });
});
