import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { loadHookConfig } from '../../../src/config/hook-config.js';
import { BUILT_DETECTORS, isPairDetector } from '../../../src/contracts/finding.js';
import { changed, type Json, problemsOf, snapshotOf } from './sample-config.js';

const ALL_OF_TEXTS = BUILT_DETECTORS.filter((name) => !isPairDetector(name));

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'smg-hook-config-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function hookOf(config: Json, client: 'claude-code' | 'cursor' = 'claude-code') {
  const path = join(folder, 'config.json');
  await writeFile(path, JSON.stringify(config));
  return (await loadHookConfig(path, client)).hook;
}

describe('the hooks section', () => {
  it('resolves the policy of each client', async () => {
    const section = {
      enabled: true,
      policy_name: 'team',
      block: ['pii'],
      additional_config: { pii_redaction: true },
      sensitive_tools: ['Bash', 'mcp__*'],
      on_failure: 'open',
    };
    expect(await hookOf(changed(['hooks', 'claude-code'], section))).toEqual({
      policy: {
        policyName: 'team',
        detectors: { keyword_detector: { bannedKeywords: ['project x'] }, pii: { entities: ['EMAIL', 'CREDIT_CARD'] } },
        block: new Set(['pii']),
        redactPii: true,
      },
      sensitiveTools: ['Bash', 'mcp__*'],
      failOpen: true,
    });
  });

  it('blocks everything the built-in policy finds for a client that it does not name', async () => {
    const hook = await hookOf(changed(['hooks', 'cursor'], { enabled: false }));
    expect(hook).toMatchObject({
      policy: { policyName: 'default', block: new Set(ALL_OF_TEXTS) },
      sensitiveTools: [],
      failOpen: false,
    });
  });

  it('switches a client off', async () => {
    expect(await hookOf(changed(['hooks', 'cursor'], { enabled: false }), 'cursor')).toMatchObject({ policy: null });
  });

  it.each<[string, Json, string, RegExp]>([
    ['claude-code', {}, 'enabled', /^is required/],
    ['claude-code', { enabled: true }, 'policy_name', /needs a name/],
    ['claude-code', { enabled: true, policy_name: 'nobody' }, 'policy_name', /no such policy/],
    ['cursor', { enabled: true, policy_name: 'words', block: ['pii'] }, 'block[0]', /does not configure pii/],
    ['cursor', { enabled: true, policy_name: 'team', block: ['rudeness'] }, 'block[0]', /unknown detector/],
    ['cursor', { enabled: false, on_failure: 'maybe' }, 'on_failure', /^must be one of "closed", "open"/],
    ['cursor', { enabled: false, sensitive_tools: [''] }, 'sensitive_tools[0]', /must not be empty/],
    ['cursor', { enabled: false, sensitive_tool: [] }, 'sensitive_tool', /^unknown key/],
    [
      'cursor',
      { enabled: true, policy_name: 'team', additional_config: { pii_redaction: true } },
      'additional_config.pii_redaction',
      /^not supported yet; .*cannot rewrite/,
    ],
    [
      'claude-code',
      { enabled: true, policy_name: 'words', additional_config: { pii_redaction: true } },
      'additional_config.pii_redaction',
      /does not configure pii/,
    ],
  ])('refuses %s: %j, for the gateway and for the hook', async (client, section, at, message) => {
    const config = changed(['hooks', client], section);
    const path = `hooks.${client}.${at}`;
    expect(problemsOf(config)).toEqual([{ path, message: expect.stringMatching(message) }]);
    await expect(hookOf(config)).rejects.toMatchObject({ problems: [{ path }] });
  });

  it('knows no other client', () => {
    expect(problemsOf(changed(['hooks', 'claude'], { enabled: false }))).toMatchObject([{ path: 'hooks.claude' }]);
  });

  it('says aloud that a client fails open', () => {
    const section = { enabled: true, policy_name: 'team', on_failure: 'open' };
    expect(snapshotOf(changed(['hooks', 'cursor'], section)).warnings).toEqual([
      { path: 'hooks.cursor.on_failure', message: expect.stringContaining('go on') },
    ]);
  });

  it('may ask the remote provider, whose key has to be there then', () => {
    const config = changed(['plugins', 'guardrails', 'provider'], 'enkrypt') as { mcp_configs: Json; hooks: Json };
    config.mcp_configs = {};
    config.hooks = { cursor: { enabled: true, policy_name: 'Airline' }, 'claude-code': { enabled: false } };
    expect(problemsOf(config)).toContainEqual({
      path: 'plugins.guardrails.config.api_key',
      message: expect.stringMatching(/^is needed/),
    });
  });
});

describe('the config as a hook reads it', () => {
  it('needs none of the secrets that servers refer to', async () => {
    const config = changed(['mcp_configs', 'c1', 'mcp_config', 1, 'config', 'headers'], {
      'X-Key': '${env:NOT_SET_HERE}',
    });
    expect(problemsOf(config)).toHaveLength(1);
    await expect(hookOf(config)).resolves.toMatchObject({ failOpen: false });
  });

  it('is refused as a whole for a problem anywhere in the schema', async () => {
    await expect(hookOf(changed(['users', 'u1', 'mail'], 'x'))).rejects.toMatchObject({
      problems: [{ path: 'users.u1.mail' }],
    });
  });

  it('must be there', async () => {
    await expect(loadHookConfig(join(folder, 'missing.json'), 'cursor')).rejects.toMatchObject({
      code: 'config_invalid',
      problems: [{ message: expect.stringMatching(/no such file/) }],
    });
  });
});
