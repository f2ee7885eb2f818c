import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { textOf } from '../support/answers.js';
import { eventually, ROOT, TestGateway } from '../support/gateway.js';
import { RawSession } from '../support/raw-http.js';

type Json = Record<string, unknown>;

jest.setTimeout(120_000);

const BAD = join(ROOT, 'examples', 'servers', 'bad');
/** Detectors that need no setting, on answers, all of them blocking. */
const DETECTORS = ['injection_attack', 'pii', 'toxicity', 'nsfw', 'bias', 'sponge_attack', 'system_prompt_protection'];

/**
 * What the answers of the attack servers run into when nobody looked at their definitions: the detectors that block, by tool.
 * Several detectors stand there because the answers hold an address or a secret beside the instruction.
 */
const CAUGHT: Readonly<Record<string, readonly string[]>> = {
  'bad-output__get_time': ['injection_attack', 'pii'],
  'bad-output__calculate': ['injection_attack', 'pii'],
  'bad-output__check_spelling': ['injection_attack', 'pii'],
  'bad-output__lookup_definition': ['injection_attack', 'pii'],
  'bad-output__format_json': ['injection_attack', 'pii'],
  'credential-theft__get_environment_info': ['pii'],
  'credential-theft__backup_configuration': ['pii'],
  // The instruction itself is not found, only the address in it.
  'output-poisoning__get_fact': ['pii'],
  'output-poisoning__read_manual': ['injection_attack'],
  'prompt-injection__fetch_user_profile': ['injection_attack'],
  'prompt-injection__read_document': ['injection_attack'],
  'prompt-injection__search_knowledge_base': ['injection_attack'],
  'resource-exhaustion__process_large_dataset': ['sponge_attack'],
  'resource-exhaustion__render_template': ['sponge_attack'],
  'schema-poisoning__get_server_status': ['injection_attack'],
};

/** Answers with something bad in them that nothing here finds, and why. */
const MISSED: Readonly<Record<string, string>> = {
  'bad-output__shorten_url': 'asks a person, not a model, to log in: phishing is none of the detectors',
  'credential-theft__export_logs': 'a password in running text, without a sign between it and its label',
  'harmful-tools__backup_database': 'a link to a dump: what it leads to is not in the answer',
  'path-traversal__extract_archive': 'tells that a file was written outside: a deed, no instruction',
  'schema-poisoning__weather_forecast': 'invisible characters without a text in them',
  'session-management__share_session': 'a session id in a link, which looks as any other id does',
};

/** Tools whose harm is in their definition or in what they do: these answers hold nothing bad. */
const HARMLESS = [
  ...['command-injection__ping_host', 'command-injection__convert_image', 'command-injection__search_files'],
  ...['command-injection__compress_logs', 'credential-theft__test_api_connection', 'harmful-tools__cleanup_temp_files'],
  ...[
    'harmful-tools__export_configuration',
    'harmful-tools__optimize_cpu_usage',
    'harmful-tools__analyze_network_traffic',
  ],
  ...['harmful-tools__install_security_update', 'homoglyph-shadow__s_nd_87875a869d', 'homoglyph-shadow__echo'],
  ...[
    'homoglyph-shadow__b1ob',
    'path-traversal__read_file',
    'path-traversal__copy_file',
    'path-traversal__create_symlink',
  ],
  ...['preference-manipulation__premium_search', 'preference-manipulation__best_calculator'],
  ...['preference-manipulation__trusted_translate', 'preference-manipulation__award_weather'],
  ...['remote-code__evaluate_expression', 'remote-code__deserialize_object', 'remote-code__render_markdown'],
  ...['remote-code__load_yaml_config', 'resource-exhaustion__search_database', 'rug-pull__add', 'rug-pull__multiply'],
  ...['schema-poisoning__fetch_news', 'schema-poisoning__translate_document', 'schema-poisoning__code_review'],
  ...['session-management__forward_api_request', 'session-management__extend_session'],
  ...['session-management__validate_token', 'ssrf__fetch_url', 'ssrf__check_availability', 'ssrf__validate_webhook'],
  ...['tool-poisoning__calculate_statistics', 'tool-poisoning__format_document', 'tool-poisoning__compress_files'],
  ...['tool-poisoning__validate_email', 'tool-poisoning__generate_report', 'tool-poisoning__query_database'],
  ...[
    'tool-poisoning__parse_config',
    'unauthenticated-access__read_database',
    'unauthenticated-access__delete_records',
  ],
  ...['unauthenticated-access__admin_panel', 'unauthenticated-access__execute_command'],
];

let gateway: TestGateway;
let session: RawSession;
let tools: readonly { readonly name: string; readonly inputSchema: Json }[];

beforeAll(async () => {
  const names = readdirSync(BAD).filter((file) => file.endsWith('.mjs'));
  const output_guardrails_policy = { enabled: true, policy_name: 'answers', block: DETECTORS };
  const servers = names.map((file) => ({
    name: file.slice(0, -'.mjs'.length),
    config: { command: process.execPath, args: [join(BAD, file)] },
    extra: { output_guardrails_policy },
  }));
  const detectors = Object.fromEntries(DETECTORS.map((name) => [name, {}]));
  gateway = await TestGateway.start({ projects: [{ servers }], policies: { answers: { detectors } } });
  session = await RawSession.open(gateway.url, gateway.key());
  // A list does not wait for all of so many processes.
  const listed = await eventually(
    async () => (await session.request('tools/list')).result as { tools: typeof tools; _meta?: Json },
    ({ _meta: meta }) => meta === undefined,
    20_000,
  );
  tools = listed.tools.filter(({ name }) => name.includes('__'));
});
afterAll(() => gateway.stop());

/** Arguments that fit, with nothing bad in them: many of the servers repeat what they are told. */
function argumentsFor({ properties = {} }: Json): Json {
  const one = ({ type, enum: values }: Json): unknown => {
    if (Array.isArray(values)) return values[0];
    return type === 'integer' || type === 'number' ? 100_000 : 'apple';
  };
  return Object.fromEntries(Object.entries(properties as Json).map(([name, schema]) => [name, one(schema as Json)]));
}

/** Detectors that blocked the answer of a tool; none = it was shown. */
async function blockersOf(name: string): Promise<readonly string[]> {
  const tool = tools.find((one) => one.name === name);
  const text = textOf(await session.call(name, argumentsFor(tool?.inputSchema ?? {})));
  if (/do not fit|Unknown tool|-3\d{4}/.test(text)) throw new Error(text);
  const list = /^Request blocked due to output guardrail violations: ([\w, ]+)/.exec(text)?.[1] ?? '';
  return list === '' ? [] : list.split(', ').sort();
}

describe('the answers of the attack servers, their definitions unread', () => {
  it('are all in these tables', () => {
    const known = [...Object.keys(CAUGHT), ...Object.keys(MISSED), ...HARMLESS];
    expect(tools.map(({ name }) => name).sort()).toEqual(known.sort());
  });

  it.each(Object.entries(CAUGHT))('of %s are withheld by %j', async (name, detectors) => {
    expect(await blockersOf(name)).toEqual([...detectors].sort());
  });

  it.each(Object.entries(MISSED))('of %s are shown: %s', async (name) => {
    expect(await blockersOf(name)).toEqual([]);
  });

  it.each(HARMLESS)('of %s hold nothing bad, and are shown', async (name) => {
    expect(await blockersOf(name)).toEqual([]);
  });
});
