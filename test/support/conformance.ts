import { execFile } from 'node:child_process';
import http from 'node:http';
import { join } from 'node:path';
import { ROOT } from './gateway.js';

const SHIM = join(ROOT, 'test', 'support', 'globsync-shim.mjs');
const RUN_MS = 120_000;

/** Checks of each scenario. */
export type Scores = ReadonlyMap<string, { readonly passed: number; readonly failed: number }>;

export interface Run {
  readonly scores: Scores;
  readonly exitCode: number;
  readonly output: string;
}

/** One run of the official suite. @param suite the package: 0.1.16, or the next one, which knows 2026-07-28 */
export function runSuite(
  suite: '@modelcontextprotocol/conformance' | 'conformance-next',
  args: readonly string[],
): Promise<Run> {
  const cli = join(ROOT, 'node_modules', suite, 'dist', 'index.js');
  return new Promise((resolve) => {
    const options = { timeout: RUN_MS, maxBuffer: 64 * 1024 * 1024 };
    execFile(process.execPath, ['--import', SHIM, cli, ...args], options, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
      const output = `${stdout}\n${stderr}`;
      resolve({ scores: readScores(output), exitCode: code, output });
    });
  });
}

function readScores(output: string): Scores {
  const lines = output.matchAll(/^\S+ ([a-z0-9-]+): (\d+) passed, (\d+) failed/gm);
  return new Map(
    [...lines].map(([, name = '', passed, failed]) => [name, { passed: Number(passed), failed: Number(failed) }]),
  );
}

/** What a scenario of one run has lost against another. */
export function lostAgainst(direct: Scores, through: Scores): string[] {
  return [...direct].flatMap(([name, { passed, failed }]) => {
    const here = through.get(name);
    if (here !== undefined && here.passed >= passed && here.failed <= failed) return [];
    return [`${name}: ${String(here?.passed ?? 0)} of ${String(passed)} checks`];
  });
}

/** A reverse proxy that adds a header to each request and leaves all else as it is, Host and Origin included: the suite has no keys. */
export class KeyProxy {
  private target: URL | undefined;
  private readonly agent = new http.Agent({ keepAlive: true });
  private readonly server: http.Server;

  private constructor(private readonly header: () => readonly [string, string]) {
    this.server = http.createServer((req, res) => {
      this.pass(req, res);
    });
    this.server.requestTimeout = 0;
  }

  static async listen(header: () => readonly [string, string]): Promise<KeyProxy> {
    const proxy = new KeyProxy(header);
    await new Promise<void>((resolve) => proxy.server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get host(): string {
    return `localhost:${String((this.server.address() as { port: number }).port)}`;
  }

  lead(to: string): void {
    this.target = new URL(to);
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
    this.agent.destroy();
  }

  private pass(req: http.IncomingMessage, res: http.ServerResponse): void {
    const [name, value] = this.header();
    const { hostname, port } = this.target ?? {};
    const headers = { ...req.headers, [name]: value };
    const up = http.request(
      { hostname, port, method: req.method, path: req.url, headers, agent: this.agent },
      (answer) => {
        res.writeHead(answer.statusCode ?? 502, answer.headers);
        res.flushHeaders();
        answer.pipe(res);
      },
    );
    up.on('error', () => {
      if (!res.headersSent) res.writeHead(502);
      res.end();
    });
    res.on('close', () => up.destroy());
    req.pipe(up);
  }
}
