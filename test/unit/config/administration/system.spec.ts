import { beforeEach, describe, expect, it } from '@jest/globals';
import { addServer } from '../../../../src/config/administration/servers.js';
import { configureTelemetry, serviceKeyOf, setServiceKey } from '../../../../src/config/administration/settings.js';
import { backupOf, healthOf, restore } from '../../../../src/config/administration/system.js';
import type { Json } from '../../../../src/config/administration/document.js';
import { toNewestForm } from '../../../../src/config/older-forms/newest-form.js';
import { KEY, refusal, sampleDocument, section, STORED, stored } from './sample-document.js';

const SERVICE_KEY = 'service-key-0123456789-wxyz';

let document: Json;
beforeEach(() => {
  document = sampleDocument();
});

/** What a restored document is once it is written. */
const written = (json: Json): Json => JSON.parse(JSON.stringify(json)) as Json;

describe('a backup', () => {
  it('brings everything back, whatever was done since', () => {
    const backup = written(backupOf(document));
    expect(backup).toMatchObject({ backup_version: '1.0', timestamp: expect.any(String) });
    addServer(document, 'empty', 'late', { command: 'node' });
    document.users = {};
    document.hooks = { enabled: true };
    restore(document, backup);
    expect(written(document)).toEqual(sampleDocument());
  });

  it('leaves the admin key in force that was: whoever restores must not be locked out', () => {
    const backup = backupOf({ ...sampleDocument(), admin_apikey: stored('another-admin') });
    restore(document, backup);
    expect(document.admin_apikey).toBe(stored('an-admin-key'));
    const without: Json = {};
    restore(without, backup);
    expect(without.admin_apikey).toBe(stored('another-admin'));
  });

  it('is not the document itself: what is changed later does not change the other', () => {
    const backup = backupOf(document);
    restore(document, backup);
    section(document, 'users').u1!.email = 'changed@example.com';
    expect(JSON.stringify(backup)).toContain('joe@example.com');
  });

  it('holds hashes of keys that an older file has in clear', () => {
    const inClear = {
      ...document,
      admin_apikey: 'admin-in-clear',
      apikeys: { [KEY]: section(document, 'apikeys')[STORED] },
    };
    const backup = backupOf(inClear);
    expect(JSON.stringify(backup)).not.toContain(KEY);
    expect(backup.config).toMatchObject({ admin_apikey: stored('admin-in-clear'), apikeys: { [STORED]: {} } });
    expect(inClear.admin_apikey).toBe('admin-in-clear');
  });

  it.each(['common_mcp_gateway_config', 'mcp_configs', 'projects', 'users', 'apikeys'])(
    'without %s is refused: it is not whole',
    (missing) => {
      const { [missing]: gone, ...config } = sampleDocument();
      expect(gone).toBeDefined();
      const [reason, message] = refusal(document, (target) => {
        restore(target, { config });
      });
      expect([reason, message]).toEqual(['invalid', expect.stringContaining(missing)]);
    },
  );

  it.each<Json>([{}, { config: null }, { config: [] }, { config: 'x' }])('is not made of %j', (backup) => {
    expect(
      refusal(document, (target) => {
        restore(target, backup);
      })[0],
    ).toBe('invalid');
  });

  it('cannot change what every object has', () => {
    const config = JSON.parse(
      JSON.stringify(sampleDocument()).replace('{', '{"__proto__": {"polluted": true},'),
    ) as Json;
    restore(document, { config });
    expect(({} as Json).polluted).toBeUndefined();
  });
});

describe('the health of a document', () => {
  it('is good when everything fits, with numbers of what there is', () => {
    section(document, 'apikeys')[STORED]!.disabled = true;
    document.projects = { p1: section(document, 'projects').p1 };
    expect(healthOf(document)).toEqual({
      timestamp: expect.any(String),
      status: 'healthy',
      issues: [],
      warnings: [],
      statistics: { total_projects: 1, total_users: 2, total_configs: 2, total_api_keys: 1, disabled_api_keys: 1 },
    });
  });

  it('warns of projects and keys that reach nothing', () => {
    section(document, 'projects').p1!.users = ['u2'];
    const { status, warnings } = healthOf(document);
    expect(status).toBe('healthy');
    expect(warnings).toEqual([
      'Project "beta" has no config: its keys reach no server.',
      'Project "beta" has no users.',
      expect.stringMatching(/^Key [0-9a-f]{12} opens nothing/),
    ]);
  });

  it('is bad when something names what does not exist', () => {
    section(document, 'projects').p1 = { project_name: 'alpha', mcp_config_id: 'gone', users: ['u1', 'nobody'] };
    section(document, 'apikeys')[stored('other')] = { project_id: 'nowhere', user_id: 'u1' };
    const { status, issues } = healthOf(document);
    expect(status).toBe('unhealthy');
    expect(issues.join('\n')).toMatch(/"gone"[\s\S]*"nobody"[\s\S]*project that does not exist/);
  });
});

describe('the key of the guardrail service', () => {
  it('is masked but for its last characters, and a short one wholly', () => {
    expect(serviceKeyOf(document)).toEqual({ is_set: false, enkrypt_api_key: null });
    expect(setServiceKey(document, SERVICE_KEY)).toBe('local');
    expect(serviceKeyOf(document)).toEqual({ is_set: true, enkrypt_api_key: '…wxyz' });
    setServiceKey(document, 'short-key');
    expect(serviceKeyOf(document)).toEqual({ is_set: true, enkrypt_api_key: '…' });
    setServiceKey(document, '${env:ENKRYPT_API_KEY}');
    expect(serviceKeyOf(document)).toEqual({ is_set: true, enkrypt_api_key: '${env:ENKRYPT_API_KEY}' });
  });

  it('leaves the policies and everything else of the section', () => {
    const { plugins } = document as { plugins: { guardrails: { config: Json } } };
    plugins.guardrails.config.policies = { team: { detectors: {} } };
    setServiceKey(document, SERVICE_KEY);
    expect(document.plugins).toEqual({
      guardrails: { provider: 'local', config: { policies: { team: { detectors: {} } }, api_key: SERVICE_KEY } },
    });
  });

  it('does not turn the service off in an older file, whose settings stand elsewhere', () => {
    delete document.plugins;
    document.common_mcp_gateway_config = {
      enkrypt_api_key: 'old-key-of-the-service',
      enkrypt_base_url: 'https://x.example',
    };
    expect(serviceKeyOf(document).enkrypt_api_key).toBe('…vice');
    expect(setServiceKey(document, SERVICE_KEY)).toBe('enkrypt');
    expect((toNewestForm(document).json as Json).plugins).toEqual({
      guardrails: { provider: 'enkrypt', config: { api_key: SERVICE_KEY, base_url: 'https://x.example' } },
    });
  });
});

describe('telemetry', () => {
  it('changes in what is named, and stays in the rest', () => {
    configureTelemetry(document, { enabled: true, url: 'http://collector.example:4317' });
    configureTelemetry(document, { insecure: false });
    expect(document.plugins).toMatchObject({
      telemetry: { config: { enabled: true, url: 'http://collector.example:4317', insecure: false } },
    });
  });

  it('keeps what an older file says of it elsewhere', () => {
    document.common_mcp_gateway_config = { enkrypt_telemetry: { enabled: false, endpoint: 'http://old.example:4317' } };
    configureTelemetry(document, { enabled: true });
    expect((toNewestForm(document).json as { plugins: Json }).plugins.telemetry).toMatchObject({
      config: { enabled: true, url: 'http://old.example:4317' },
    });
  });
});
