import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CliHome, type EndedProcess } from '../support/cli-process.js';
import { ROOT } from '../support/gateway.js';

const BAD = join(ROOT, 'examples', 'servers', 'bad');
const GOOD = ['echo', 'mail'];

interface Finding {
  readonly level: string;
  readonly rule: string;
  readonly detector: string | null;
  readonly server: string;
  readonly tool: string | null;
  readonly path: string;
}

/**
 * What scan finds in the definitions of each attack server, by the rules about definitions: "tool rule". What a detector adds
 * (injection_attack and others) is not in here; `detectors` names what one must find at least, once this build has it.
 * `missed` = bad tools whose definitions nothing here can tell from good ones; calls and answers of them are for the policies.
 */
const EXPECTED: Readonly<Record<string, { readonly found: readonly string[]; readonly missed: readonly string[] }>> = {
  'bad-output': {
    found: [],
    missed: ['get_time', 'calculate', 'check_spelling', 'shorten_url', 'lookup_definition', 'format_json'],
  },
  'command-injection': { found: [], missed: ['ping_host', 'convert_image', 'search_files', 'compress_logs'] },
  'credential-theft': {
    found: ['export_logs definition.directive.secrets', 'test_api_connection definition.directive.secrets'],
    missed: ['get_environment_info', 'backup_configuration'],
  },
  'harmful-tools': {
    found: [],
    missed: [
      'cleanup_temp_files',
      'export_configuration',
      'optimize_cpu_usage',
      'analyze_network_traffic',
      'install_security_update',
      'backup_database',
    ],
  },
  'homoglyph-shadow': {
    found: [
      's\u0435nd definition.shadow.mixed-script',
      's\u0435nd definition.shadow.confusable-name',
      'echo definition.shadow.instead-of',
      'echo definition.shadow.same-name',
      'b1ob definition.shadow.confusable-name',
    ],
    missed: [],
  },
  'output-poisoning': { found: [], missed: ['get_fact', 'read_manual'] },
  'path-traversal': { found: [], missed: ['read_file', 'copy_file', 'extract_archive', 'create_symlink'] },
  'preference-manipulation': {
    found: [
      'premium_search definition.directive.preference',
      'best_calculator definition.directive.preference',
      'trusted_translate definition.directive.preference',
    ],
    missed: ['award_weather'],
  },
  'prompt-injection': { found: [], missed: ['fetch_user_profile', 'read_document', 'search_knowledge_base'] },
  'remote-code': {
    found: [],
    missed: ['evaluate_expression', 'deserialize_object', 'render_markdown', 'load_yaml_config'],
  },
  'resource-exhaustion': { found: [], missed: ['process_large_dataset', 'render_template', 'search_database'] },
  // Clean when it is read first: that is the point of it. See definition-pinning.spec.ts.
  'rug-pull': { found: [], missed: ['add', 'multiply'] },
  'schema-poisoning': {
    found: [
      'get_server_status definition.invisible.zero-width',
      'fetch_news definition.shadow.before-others',
      'fetch_news definition.directive.secrets',
      'weather_forecast definition.directive.harvest',
      'translate_document definition.directive.conceal',
      'code_review definition.directive.harvest',
    ],
    missed: [],
  },
  'session-management': {
    found: [],
    missed: ['forward_api_request', 'share_session', 'extend_session', 'validate_token'],
  },
  ssrf: { found: [], missed: ['fetch_url', 'check_availability', 'validate_webhook'] },
  'tool-poisoning': {
    found: [
      '(server) definition.shadow.before-others',
      'calculate_statistics definition.directive.conceal',
      'calculate_statistics definition.directive.authority',
      'calculate_statistics definition.directive.secrets',
      'format_document definition.directive.conceal',
      'format_document definition.directive.harvest',
      'compress_files definition.directive.override',
      'compress_files definition.directive.authority',
      'validate_email definition.invisible.tag',
      'generate_report definition.shadow.instead-of',
      'query_database definition.directive.conceal',
      'query_database definition.directive.secrets',
    ],
    missed: ['parse_config'],
  },
  'unauthenticated-access': {
    found: [],
    missed: ['read_database', 'delete_records', 'admin_panel', 'execute_command'],
  },
};

let home: CliHome;
let scanned: EndedProcess;
let findings: readonly Finding[];
beforeAll(async () => {
  const entry = (folder: string, name: string) => ({
    name,
    config: { command: process.execPath, args: [join(folder, `${name}.mjs`)] },
  });
  const servers = [
    ...GOOD.map((name) => entry(join(ROOT, 'examples', 'servers'), name)),
    ...Object.keys(EXPECTED).map((name) => entry(BAD, name)),
  ];
  home = new CliHome({ projects: [{ servers }] });
  scanned = await home.run(['scan', '--config', home.configPath, '--json']);
  ({ findings } = JSON.parse(scanned.stdout) as { findings: Finding[] });
}, 60_000);
afterAll(() => {
  home.remove();
});

/** Those of the rules about definitions that count for the exit code, and equal names. */
const byRules = (server: string): string[] =>
  findings
    .filter((one) => one.server === server && one.detector === null)
    .filter(({ rule }) => !['definition.shadow.near-name', 'definition.shadow.names-other-tool'].includes(rule))
    .map(({ tool, rule }) => `${tool ?? '(server)'} ${rule}`);

describe('scan of the attack servers', () => {
  it('has an expectation for each of them', () => {
    const files = readdirSync(BAD).filter((file) => file.endsWith('.mjs'));
    expect(files.map((file) => file.replace('.mjs', '')).sort()).toEqual(Object.keys(EXPECTED).sort());
  });

  it('asks all of them, calls nothing, and ends with 1', () => {
    const { servers } = JSON.parse(scanned.stdout) as { servers: { server: string; status: string }[] };
    expect(servers.filter(({ status }) => status !== 'ok')).toEqual([]);
    expect([scanned.code, scanned.stderr.replace(/^asking the servers .*$\n/gm, '')]).toEqual([1, '']);
  });

  it.each(Object.entries(EXPECTED))('%s: finds what it should', (server, { found }) => {
    const names = byRules(server).filter((one) => server === 'homoglyph-shadow' || !one.endsWith('.same-name'));
    expect(names.sort()).toEqual([...found].sort());
  });

  it.each(Object.entries(EXPECTED))('%s: the rest is known to be missed by the rules', (server, { missed }) => {
    const found = new Set(
      byRules(server)
        .filter((one) => !one.endsWith('.same-name'))
        .map((one) => one.split(' ')[0]),
    );
    expect(missed.filter((tool) => found.has(tool))).toEqual([]);
  });

  it.each(GOOD)('finds nothing wrong with the honest server %s', (server) => {
    expect(findings.filter((one) => one.server === server && one.level !== 'note')).toEqual([]);
  });

  it('shows no text of a definition', () => {
    expect(scanned.stdout).not.toMatch(/IMPORTANT|sidenote. Do not/);
  });
});

describe('scan of a client file', () => {
  it('reads the entries of Claude and Cursor, and tells of those that it cannot use', async () => {
    const good = { command: process.execPath, args: [join(ROOT, 'examples', 'servers', 'echo.mjs')] };
    const path = join(home.folder, 'mcp.json');
    writeFileSync(path, JSON.stringify({ mcpServers: { echo: good, broken: { type: 'x' } } }));
    const { code, stdout } = await home.run(['scan', path, '--json']);
    expect(JSON.parse(stdout)).toEqual({
      servers: [
        { server: 'echo', status: 'ok', error: null, tools: 5 },
        { server: 'broken', status: 'failed', error: 'the entry has neither command nor url', tools: 0 },
      ],
      findings: [],
    });
    expect(code).toBe(2);
  }, 30_000);

  it('ends with 0 when nothing is found, and with 2 when nobody answers', async () => {
    const echo = join(ROOT, 'examples', 'servers', 'echo.mjs');
    expect((await home.run(['scan', '--command', process.execPath, '--arg', echo])).code).toBe(0);
    expect((await home.run(['scan', '--url', 'http://127.0.0.1:9/mcp'])).code).toBe(2);
    expect((await home.run(['scan', 'nobody', '--config', home.configPath])).code).toBe(2);
  }, 30_000);

  it('writes SARIF', async () => {
    const args = ['--command', process.execPath, '--arg', join(BAD, 'tool-poisoning.mjs'), '--sarif'];
    const { code, stdout } = await home.run(['scan', ...args]);
    const { version, runs } = JSON.parse(stdout) as { version: string; runs: { results: { ruleId: string }[] }[] };
    expect([code, version]).toEqual([1, '2.1.0']);
    expect(runs[0]?.results.map(({ ruleId }) => ruleId)).toContain('definition.invisible.tag');
  }, 30_000);
});
