import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CliHome, type EndedProcess } from './cli-process.js';
import { CLI } from './gateway.js';

const RUN_LIMIT_MS = 20_000;

/** Somebody who looks after a config file with the command line. */
export class Administrator extends CliHome {
  at(name: string): string {
    return join(this.folder, name);
  }

  fileText(): string {
    return readFileSync(this.configPath, 'utf8');
  }

  /** Runs a command that must work. */
  async ok(...args: string[]): Promise<EndedProcess> {
    const ended = await this.run(args);
    if (ended.code !== 0) throw new Error(`${args.join(' ')}: ${ended.stderr}`);
    return ended;
  }

  /** What a command prints, which must be JSON and nothing else. */
  async json(...args: string[]): Promise<unknown> {
    return JSON.parse((await this.ok(...args)).stdout) as unknown;
  }

  /** The value of a line `name: value` on stdout, which must hold such lines and nothing else. */
  async line(name: string, ...args: string[]): Promise<string> {
    const { stdout } = await this.ok(...args);
    const value = new RegExp(`^${name}: (\\S+)$`, 'm').exec(stdout)?.[1];
    if (value === undefined || !/^(?:API key rotated successfully\n)?(?:[a-z_]+: \S+\n)+$/.test(stdout)) {
      throw new Error(`no line ${name}, or something else, in ${stdout}`);
    }
    return value;
  }

  /** Runs a command with something on its stdin. */
  piped(input: string, ...args: string[]): Promise<EndedProcess> {
    return new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [CLI, ...args, '--config', this.configPath], {
        env: { PATH: process.env.PATH, HOME: this.folder },
        timeout: RUN_LIMIT_MS,
        killSignal: 'SIGKILL',
      });
      const output = { stdout: '', stderr: '' };
      child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
      child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
      child.on('error', reject).on('close', (code) => {
        resolve({ code, ...output });
      });
      child.stdin.end(input);
    });
  }
}
