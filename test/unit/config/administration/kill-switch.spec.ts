import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Json } from '../../../../src/config/administration/document.js';
import { switchServer, switchTool, switchUser } from '../../../../src/config/administration/kill-switch.js';
import { getServer, listServers } from '../../../../src/config/administration/servers.js';
import { getUser } from '../../../../src/config/administration/users.js';
import { refusal, sampleDocument } from './sample-document.js';

let document: Json;
let server: string;
beforeEach(() => {
  document = sampleDocument();
  server = listServers(document, 'c1')[0]!.server_name;
});

describe('a switch', () => {
  it('says since when and why, and leaves no trace when it is on again', () => {
    expect(switchUser(document, 'u1', { disabled: true, reason: 'laptop stolen' })).toBe(true);
    expect(getUser(document, 'u1')).toMatchObject({
      disabled: true,
      disabled_at: expect.any(String),
      disabled_reason: 'laptop stolen',
    });
    expect(switchUser(document, 'u1', { disabled: false })).toBe(true);
    expect(getUser(document, 'u1')).toMatchObject({ disabled: false, disabled_at: null, disabled_reason: null });
    expect(switchUser(document, 'u1', { disabled: false })).toBe(false);
  });

  it('keeps its time when only the reason changes, and its reason when none is given', () => {
    switchServer(document, 'c1', server, { disabled: true, reason: 'one' });
    const { disabled_at } = getServer(document, 'c1', server);
    expect(switchServer(document, 'c1', server, { disabled: true })).toBe(false);
    expect(switchServer(document, 'c1', server, { disabled: true, reason: 'two' })).toBe(true);
    expect(getServer(document, 'c1', server)).toMatchObject({ disabled_at, disabled_reason: 'two' });
  });

  it.each(['a\nb', 'x'.repeat(257), '\u202eback', '\u0000'])('does not take %j as a reason', (reason) => {
    const attempt = (target: Json) => switchUser(target, 'u1', { disabled: true, reason });
    expect(refusal(document, attempt)[0]).toBe('invalid');
  });

  it('of a tool stands with its server, several beside each other', () => {
    const place = { config: 'c1', server, tool: 'send' };
    expect(switchTool(document, place, { disabled: true, reason: 'why' })).toBe(true);
    expect(switchTool(document, { ...place, tool: 'rm_*' }, { disabled: true })).toBe(true);
    expect(listServers(document, 'c1')[0]?.disabled_tools).toEqual({ send: 'why', 'rm_*': '' });
    expect(switchTool(document, place, { disabled: false })).toBe(true);
    expect(switchTool(document, place, { disabled: false })).toBe(false);
    switchTool(document, { ...place, tool: 'rm_*' }, { disabled: false });
    expect(getServer(document, 'c1', server)).not.toHaveProperty('disabled_tools');
  });

  it('of a tool with the name of a member of all objects is a tool', () => {
    switchTool(document, { config: 'c1', server, tool: 'constructor' }, { disabled: true });
    expect(listServers(document, 'c1')[0]?.disabled_tools).toEqual({ constructor: '' });
  });
});
