import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { eventually } from './gateway.js';

export interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}

/** A program of Debian's package `prometheus`; undefined = it is not installed. */
export function prometheusProgram(name: 'prometheus' | 'promtool'): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

/** A Prometheus that scrapes one gateway every second. */
export class TestPrometheus {
  private constructor(
    private readonly child: ChildProcess,
    private readonly home: string,
    private readonly url: string,
  ) {}

  static async start(target: string, adminKey: string): Promise<TestPrometheus> {
    const program = prometheusProgram('prometheus');
    if (program === undefined) throw new Error('Prometheus is missing: install the Debian package prometheus');
    const home = mkdtempSync(join(tmpdir(), 'prometheus-'));
    const scrape = {
      job_name: 'secure-mcp-gateway',
      authorization: { credentials: adminKey },
      static_configs: [{ targets: [new URL(target).host] }],
    };
    const config = { global: { scrape_interval: '1s', scrape_timeout: '1s' }, scrape_configs: [scrape] };
    // JSON is YAML.
    writeFileSync(join(home, 'prometheus.yml'), JSON.stringify(config), { mode: 0o600 });
    const port = String(await freePort());
    const child = spawn(
      program,
      [
        `--config.file=${join(home, 'prometheus.yml')}`,
        `--storage.tsdb.path=${join(home, 'data')}`,
        `--web.listen-address=127.0.0.1:${port}`,
      ],
      { stdio: 'ignore' },
    );
    const started = new TestPrometheus(child, home, `http://127.0.0.1:${port}`);
    await eventually(
      () =>
        fetch(`${started.url}/-/ready`).then(
          ({ ok }) => ok,
          () => false,
        ),
      (isReady) => isReady,
      30_000,
    );
    return started;
  }

  async query(expression: string): Promise<readonly Sample[]> {
    const response = await fetch(`${this.url}/api/v1/query?${new URLSearchParams({ query: expression }).toString()}`);
    const answer = (await response.json()) as { status: string; error?: string; data?: { result: Sample[] } };
    if (answer.data === undefined) throw new Error(`${expression}: ${answer.error ?? answer.status}`);
    return answer.data.result;
  }

  async stop(): Promise<void> {
    const exited = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGTERM');
    await exited;
    rmSync(this.home, { recursive: true, force: true });
  }
}

async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
