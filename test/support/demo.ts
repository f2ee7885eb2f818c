import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './gateway.js';

const DEMO = join(ROOT, 'scripts', 'demo.mjs');
/** Past every deadline of the demo itself. */
const MAX_RUN_MS = 40_000;

/** What a server or the client says of one call. */
interface Call {
  readonly tool: string;
  readonly arguments: Record<string, unknown>;
}
/** One scene of `--json`. */
export interface Scene {
  readonly name: string;
  readonly title: string;
  readonly ok: boolean;
  readonly reason: string | null;
  readonly facts: {
    readonly call: Call;
    readonly answer?: {
      readonly text?: string;
      readonly is_error?: boolean;
      readonly error?: { readonly code?: number; readonly http_status?: number };
    };
    readonly record?: { readonly before: number; readonly calls: readonly Call[] };
    readonly audit?: Record<string, unknown>;
    readonly tools?: Record<string, readonly string[]>;
    readonly list?: { readonly tools: readonly string[]; readonly blocked: readonly { readonly name: string }[] };
  };
}
/** How a run ended. */
export interface Outcome {
  readonly code: number | null;
  readonly ms: number;
  readonly stdout: string;
  readonly stderr: string;
}

export const scenesOf = ({ stdout }: Outcome): readonly Scene[] => (JSON.parse(stdout) as { scenes: Scene[] }).scenes;

/** Runs of the demo with a home and a folder for temporary files of their own, so that whatever is left behind shows. */
export class DemoRuns {
  readonly place = mkdtempSync(join(tmpdir(), 'demo-spec-'));
  private readonly temporary = join(this.place, 'tmp');

  constructor() {
    mkdirSync(this.temporary);
  }

  start(args: readonly string[]): { readonly child: ChildProcess; readonly ended: Promise<Outcome> } {
    const started = performance.now();
    const { place, temporary } = this;
    const env = { PATH: process.env.PATH, HOME: place, USERPROFILE: place, TMPDIR: temporary };
    const child = spawn(process.execPath, [DEMO, ...args], { cwd: place, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const out = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out.stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (out.stderr += text));
    const ended = new Promise<Outcome>((resolve) => {
      const timer = setTimeout(() => child.kill('SIGTERM'), MAX_RUN_MS);
      child.once('close', (code) => {
        clearTimeout(timer);
        resolve({ code, ms: performance.now() - started, ...out });
      });
    });
    return { child, ended };
  }

  filesLeft(): string[] {
    return readdirSync(this.temporary);
  }

  /** Every process of a run has the folder in its environment: the demo as TMPDIR, gateway and servers in their HOME. */
  processesLeft(): string[] {
    const environmentOf = (pid: string): string => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'utf8');
      } catch {
        return '';
      }
    };
    return readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && environmentOf(pid).includes(this.temporary));
  }

  remove(): void {
    rmSync(this.place, { recursive: true, force: true });
  }
}
