import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { eventually, ROOT, TestGateway } from '../support/gateway.js';
import { FILLED_IN, type InteropClient, sampledOf } from '../support/interop/interop-client.js';
import { INTEROP_CLIENTS, type InteropRow } from '../support/interop/interop-clients.js';
import { type Deed, deedsOf, interopTables } from '../support/interop/interop-page.js';
import { ASKING_TOOLS, INTEROP_SERVERS, type InteropServer, serverHas } from '../support/interop/interop-servers.js';
import { RawSession, send } from '../support/raw-http.js';

jest.setTimeout(30_000);

const LONG = 'trigger-long-running-operation';
const PAGE = join(ROOT, 'docs', 'interop.md');
const GENERATED = /(?<=<!-- interop -->\n\n)[^]*(?=\n<!-- \/interop -->)/;

let files: string;
let gateway: TestGateway;

beforeAll(async () => {
  files = mkdtempSync(join(tmpdir(), 'interop-'));
  const servers = INTEROP_SERVERS.map(({ name, options }) => ({ name, ...options(join(files, name)) }));
  // A key for each client, so that the audit log tells them apart.
  gateway = await TestGateway.start({ projects: [{ servers, exposure: 'direct', users: INTEROP_CLIENTS.length }] });
});

afterAll(async () => {
  await gateway.stop();
  rmSync(files, { recursive: true, force: true });
});

/** One client, what it has listed, and the server that is tried. */
interface Trial {
  readonly row: InteropRow;
  readonly client: InteropClient;
  readonly listed: readonly string[];
  readonly server: InteropServer;
}

/** What proves that a client did it: the content that the server alone can have given. */
const PROOFS: Readonly<Record<Deed, (trial: Trial) => unknown>> = {
  list: ({ row, listed, server }) => {
    const asking = (['sampling', 'elicitation'] as const)
      .filter((ability) => serverHas(server, ability) && !row.lacks.includes(ability))
      .map((ability) => ASKING_TOOLS[ability]);
    const expected = [...server.tools, ...asking].map((tool) => `${server.name}__${tool}`);
    expect(listed.filter((name) => name.startsWith(`${server.name}__`)).sort()).toEqual(expected.sort());
  },
  call: async ({ row, client, server }) => {
    const { name, args, answer } = server.call!(row.name, join(files, server.name));
    const text = await client.call(`${server.name}__${name}`, args);
    if (typeof answer === 'string') expect(text).toBe(answer);
    else expect(text).toMatch(answer);
  },
  resource: async ({ client, server }) => {
    expect(await client.read!(server.resource!.uri)).toBe(server.resource!.text());
  },
  prompt: async ({ client, server }) => {
    const { name, args, text } = server.prompt!;
    expect(await client.prompt!(`${server.name}__${name}`, args)).toBe(text);
  },
  progress: async ({ client, server }) => {
    const shown = await client.callWithProgress!(`${server.name}__${LONG}`, { duration: 0.3, steps: 3 });
    expect(shown).toEqual([1, 2, 3].map((progress) => ({ progress, total: 3 })));
  },
  cancel: async ({ row, client, server }) => {
    const before = await callsUnderWay();
    const patience = new AbortController();
    const call = client.callUntil!(patience.signal, `${server.name}__${LONG}`, { duration: 20, steps: 40 });
    const ended = expect(call).rejects.toThrow();
    await eventually(callsUnderWay, (count) => count > before);
    patience.abort();
    await ended;
    const cancelled = await eventually(
      () => auditOf(row).filter(({ tool, decision }) => tool === LONG && decision === 'error'),
      ({ length }) => length > 0,
    );
    expect(cancelled).toMatchObject([{ server: server.name, reasons: ['cancelled'] }]);
  },
  sampling: async ({ row, client, server }) => {
    const tool = ASKING_TOOLS.sampling;
    const text = await client.call(`${server.name}__${tool}`, { prompt: `from ${row.name}` });
    const said = sampledOf(`Resource ${tool} context: from ${row.name}`);
    expect(text).toContain(JSON.stringify(said));
  },
  elicitation: async ({ client, server }) => {
    const text = await client.call(`${server.name}__${ASKING_TOOLS.elicitation}`, {});
    expect(text).toContain(`- Name: ${FILLED_IN.name}\n- Favorite Integer: ${String(FILLED_IN.integer)}`);
  },
};

/** The first two side by side, since some clients are a process for each; one after the other where calls could be mixed up. */
const SIDE_BY_SIDE: readonly Deed[] = ['list', 'call', 'resource'];

describe.each(INTEROP_CLIENTS)('$name', (row) => {
  const { lacks } = row;
  let client: InteropClient;
  let listed: readonly string[];

  beforeAll(async () => {
    client = await row.open({ url: gateway.url, key: gateway.key(0, userOf(row)) });
    listed = await client.list();
  });
  afterAll(() => client.close());

  const together = INTEROP_SERVERS.map((server) => ({
    server,
    deeds: deedsOf(row, server).filter((deed) => SIDE_BY_SIDE.includes(deed)),
  }));

  it.each(together.map(({ server, deeds }) => [server.package, deeds.join(', '), server, deeds] as const))(
    '%s: %s',
    async (_name, _deeds, server, deeds) => {
      const outcomes = await Promise.allSettled(
        deeds.map(async (deed) => {
          await PROOFS[deed]({ row, client, listed, server });
        }),
      );
      const failed = outcomes.filter(({ status }) => status === 'rejected');
      const reasons = failed.map((outcome) => (outcome as PromiseRejectedResult).reason as unknown);
      if (reasons.length > 0) throw new AggregateError(reasons, `${String(reasons.length)} of them failed`);
    },
  );

  const alone = INTEROP_SERVERS.flatMap((server) =>
    deedsOf(row, server)
      .filter((deed) => !SIDE_BY_SIDE.includes(deed))
      .map((deed) => [server.package, deed, server] as const),
  );
  if (alone.length > 0) {
    it.each(alone)('%s: %s', async (_name, deed, server) => {
      await PROOFS[deed]({ row, client, listed, server });
    });
  }

  it('has no more than the page says, and is of its era', async () => {
    const members = { resource: 'read', prompt: 'prompt', progress: 'callWithProgress', cancel: 'callUntil' } as const;
    const missing = Object.entries(members).flatMap(([ability, member]) => (member in client ? [] : [ability]));
    expect(missing).toEqual(lacks.filter((ability) => ability in members));
    expect(listed.filter((name) => !INTEROP_SERVERS.some((server) => name.startsWith(`${server.name}__`)))).toEqual([]);
    await client.call('everything__echo', { message: 'era' });
    const lines = await eventually(
      () => auditOf(row),
      ({ length }) => length > 0,
    );
    expect(new Set(lines.map(({ era }) => era))).toEqual(new Set([row.era]));
  });
});

describe('docs/interop.md', () => {
  it.each(INTEROP_SERVERS)('$package has the resources and prompts that it says, and no others', async (server) => {
    const session = await RawSession.open(`${gateway.origin}/mcp/servers/${server.name}`, gateway.key());
    const some = async (method: string, member: string): Promise<boolean> => {
      const { result } = await session.request(method);
      return ((result as Record<string, unknown[]>)[member] ?? []).length > 0;
    };
    expect({
      resource: await some('resources/list', 'resources'),
      prompt: await some('prompts/list', 'prompts'),
    }).toEqual({ resource: serverHas(server, 'resource'), prompt: serverHas(server, 'prompt') });
  });

  it('is what these tests run; UPDATE_DOCS=1 brings it up to date', () => {
    const tables = interopTables();
    const text = readFileSync(PAGE, 'utf8');
    if (process.env.UPDATE_DOCS === '1') {
      writeFileSync(
        PAGE,
        text.replace(GENERATED, () => tables),
      );
    }
    expect(GENERATED.exec(readFileSync(PAGE, 'utf8'))?.[0]).toBe(tables);
  });
});

function userOf(row: InteropRow): number {
  return INTEROP_CLIENTS.indexOf(row);
}

/** The lines of a client's calls. */
function auditOf(row: InteropRow): Record<string, unknown>[] {
  const { userId } = gateway.config.keys[0]![userOf(row)]!;
  return gateway.audit().filter(({ user, method }) => user === userId && method === 'tools/call');
}

async function callsUnderWay(): Promise<number> {
  const { text } = await send(`${gateway.origin}/metrics`, {
    method: 'GET',
    headers: ['Authorization', `Bearer ${gateway.config.adminKey}`],
  });
  return Number(/^enkrypt_timeout_active_operations (\d+)/m.exec(text)?.[1]);
}
