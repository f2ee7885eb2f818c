import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { JSON_HEADERS } from '../support/answers.js';
import { eventually, TestGateway } from '../support/gateway.js';
import { MirrorServer } from '../support/mirror-server.js';
import { answerOf, RawSession, send } from '../support/raw-http.js';
import { pick, randomOf } from '../unit/guardrails/fixtures.js';

type Json = Record<string, unknown>;
type Random = () => number;

jest.setTimeout(300_000);

const ROUNDS = process.env.GATEWAY_SOAK === '1' ? 10_000 : 400;
const BANNED = 'project x';

/** The text as a JSON string, each character in one of its spellings. */
function written(random: Random, text: string): string {
  const unit = (char: string): string => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
  const pieces = Array.from({ length: text.length }, (_, at) => {
    const char = text.charAt(at);
    if (random() < 0.2 || /[\ud800-\udfff]/.test(char)) {
      return random() < 0.5 ? unit(char) : unit(char).replace(/[a-f]/g, (digit) => digit.toUpperCase());
    }
    return char === '/' && random() < 0.5 ? '\\/' : JSON.stringify(char).slice(1, -1);
  });
  return `"${pieces.join('')}"`;
}

const TEXTS = [
  ...['', 'plain', '"quoted"', 'back\\slash', 'a/b', '\ud800', '\udc00x', '\u{1f600}', 'caf\u00e9', '\u0000', '\u2028'],
  ...[
    '__proto__',
    'constructor',
    'toJSON',
    '1',
    '{"a":1,"a":2}',
    'e\u0301',
    '\ufeff',
    '\u202e',
    'Stra\u00dfe',
    '\u200b',
  ],
] as const;
const NUMBERS = [
  ...['0', '-0', '1', '-1', '1.0', '1e2', '1E+2', '100e-2', '0.1', '0.30000000000000004', '5e-324', '1e308'],
  ...['9007199254740991', '-9007199254740991', '4294967296', '1.7976931348623157e308', '123456789012345'],
] as const;

/** JSON text of a random value; `texts` may stand anywhere in it, names included. */
function jsonText(random: Random, depth: number, texts: readonly string[]): string {
  const space = pick(random, ['', ' ', '\n\t', '\r\n']);
  const kind = random();
  const list = (make: (at: number) => string): string =>
    Array.from({ length: Math.floor(random() * 5) }, (_, at) => make(at)).join(`${space},${space}`);
  if (depth > 0 && kind < 0.25) return `[${space}${list(() => jsonText(random, depth - 1, texts))}${space}]`;
  if (depth > 0 && kind < 0.55) {
    const member = (at: number): string =>
      `${written(random, pick(random, texts) + '\u00b7'.repeat(at))}${space}:${space}${jsonText(random, depth - 1, texts)}`;
    return `{${space}${list(member)}${space}}`;
  }
  if (kind < 0.75) return pick(random, NUMBERS);
  return kind < 0.8 ? pick(random, ['true', 'false', 'null']) : written(random, pick(random, texts));
}

let mirror: MirrorServer;
let gateway: TestGateway;
let session: RawSession;

beforeAll(async () => {
  mirror = await MirrorServer.start();
  const policies = { team: { detectors: { keyword_detector: { banned_keywords: [BANNED] } } } };
  const input_guardrails_policy = { enabled: true, policy_name: 'team', block: ['keyword_detector'] };
  const server = { name: 'm', config: { url: mirror.url }, extra: { input_guardrails_policy } };
  gateway = await TestGateway.start({ projects: [{ servers: [server] }], policies });
  session = await RawSession.open(gateway.url, gateway.key());
});

afterAll(async () => {
  await gateway.stop();
  await mirror.close();
});

/** A call whose arguments are this text, byte for byte. */
async function call(args: string): Promise<{ readonly status: number; readonly answer: Json }> {
  const body = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"m__mirror","arguments":${args}}}`;
  const headers = ['apikey', gateway.key(), 'Mcp-Session-Id', session.sessionId, ...JSON_HEADERS];
  const response = await send(gateway.url, { headers, body });
  return { status: response.status, answer: answerOf(response) };
}

const argumentsOf = (body: string): unknown => (JSON.parse(body) as { params: Json }).params.arguments;
/** Strings and member names of a value. */
function stringsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, item]) => [name, ...stringsOf(item)] as string[]);
}

describe('the arguments of a call', () => {
  it('arrive as the value that was checked, whatever their spelling', async () => {
    const random = randomOf(40);
    const sent: string[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const args = `{"value":${jsonText(random, 4, TEXTS)}}`;
      const { status, answer } = await call(args);
      if (status !== 200 || (answer.result as Json).isError === true) throw new Error(`refused: ${args}`);
      const body = mirror.bodies.pop() ?? '';
      sent.push(
        createHash('sha256')
          .update(JSON.stringify(JSON.parse(args)))
          .digest('hex'),
      );
      // The text and not what a parser makes of it: halves of pairs included. Only -0 is 0, as JSON.stringify writes it.
      expect(body).toContain(`"arguments":${JSON.stringify(JSON.parse(args))}`);
    }
    const lines = await eventually(
      () => gateway.audit().filter(({ event }) => event === 'call'),
      (found) => found.length >= ROUNDS,
    );
    expect(lines.map((line) => line.args_sha256)).toEqual(sent);
  });

  it('do not arrive with a banned phrase in any spelling, at any place', async () => {
    const random = randomOf(41);
    mirror.bodies.length = 0;
    let blocked = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const args = `{"value":${jsonText(random, 4, [...TEXTS, BANNED, 'Project\u00a0X', '\uff50roject x'])}}`;
      const isBanned = stringsOf(JSON.parse(args)).some((text) => /project x/i.test(text.normalize('NFKC')));
      const before = mirror.bodies.length;
      await call(args);
      if (mirror.bodies.length !== before + (isBanned ? 0 : 1)) throw new Error(`wrong: ${args}`);
      if (isBanned) blocked++;
    }
    expect(blocked).toBeGreaterThan(ROUNDS / 20);
    for (const body of mirror.bodies) expect(stringsOf(argumentsOf(body)).join(' ')).not.toMatch(/project x/i);
  });

  it('are refused with two members of one name, however those are written', async () => {
    const random = randomOf(42);
    mirror.bodies.length = 0;
    for (let round = 0; round < ROUNDS / 4; round++) {
      const name = pick(random, TEXTS);
      const [first, second] = [written(random, name), written(random, name)];
      const inner = `{${first}:1,"\u00b7other":${jsonText(random, 2, TEXTS)},${second}:2}`;
      const args = pick(random, [inner, `{"a":${inner}}`, `{"a":[[${inner}]]}`]);
      const { status, answer } = await call(args);
      if (status !== 400) throw new Error(`accepted: ${args}`);
      expect(answer).toMatchObject({ id: null, error: { code: -32700 } });
    }
    expect(mirror.bodies).toEqual([]);
  });

  it.each(['12345678901234567890', '-9007199254740993', '1e400', `1${'0'.repeat(40)}`])(
    'are refused with a number that would arrive as another one: %s',
    async (number) => {
      mirror.bodies.length = 0;
      const { status, answer } = await call(`{"account":${number}}`);
      expect(status).toBe(400);
      expect(answer).toMatchObject({ error: { code: -32700, message: expect.stringContaining('kept exactly') } });
      expect(mirror.bodies).toEqual([]);
    },
  );
});
