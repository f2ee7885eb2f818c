import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
  chownSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { copies, execForm, type Instruction, last, lineage, variables } from './dockerfile.js';
import { ROOT } from './gateway.js';

const PRUNE = ['prune', '--omit=dev', '--omit=optional', '--ignore-scripts', '--no-audit', '--no-fund', '--offline'];
const NEEDED = ['unshare', 'setpriv', 'chroot', 'mount', 'tini'];

/** Why no file system can be run here as a container would; null when it can. */
export function noContainers(): string | null {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'this is not root on Linux';
  const missing = NEEDED.find((tool) => spawnSync('which', [tool]).status !== 0);
  if (missing !== undefined) return `${missing} is not installed (Debian packages util-linux, coreutils, tini)`;
  const unshared = spawnSync('unshare', ['--mount', '--pid', '--fork', 'true']);
  return unshared.status === 0 ? null : 'namespaces are not permitted';
}

function run(command: string, args: readonly string[], cwd: string): void {
  const { status, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr}`);
}

/**
 * The files of the image, put together as the Dockerfile says, on a base that has Node.js, tini and the libraries of both and nothing else:
 * no shell, no package system. What runs in it runs as the image's user, in a process space of its own, without the right to gain
 * privileges, and can write to /tmp and to the volume alone.
 */
export class ImageRoot {
  private readonly dir = mkdtempSync(join(tmpdir(), 'image-'));
  readonly path = join(this.dir, 'root');
  private readonly volume = join(this.dir, 'volume');
  private readonly instructions: readonly Instruction[];

  constructor(stage: string) {
    this.instructions = lineage(stage);
    this.base();
    const build = this.build();
    for (const { from, sources, target } of copies(this.instructions)) {
      for (const source of sources) {
        if (source === '/usr/local/bin/node') continue;
        const origin = from === 'build' ? join(build, source.replace('/build/', '')) : join(ROOT, source);
        const isFolder = target.endsWith('/');
        const place = join(this.path, this.workdir, target, isFolder ? basename(source) : '');
        cpSync(origin, place, { recursive: true, verbatimSymlinks: true });
      }
    }
    mkdirSync(join(this.path, this.volumePath), { recursive: true });
    mkdirSync(this.volume, { mode: 0o700 });
    chownSync(this.volume, this.uid, this.uid);
    run('chown', ['-R', '0:0', this.path], this.dir);
  }

  private get workdir(): string {
    return last('WORKDIR', this.instructions);
  }

  private get volumePath(): string {
    return execForm(last('VOLUME', this.instructions))[0] ?? '';
  }

  private get uid(): number {
    return Number(last('USER', this.instructions).split(':')[0]);
  }

  private base(): void {
    for (const folder of ['dev', 'proc', 'tmp', 'etc']) mkdirSync(join(this.path, folder), { recursive: true });
    const tini = spawnSync('which', ['tini'], { encoding: 'utf8' }).stdout.trim();
    this.program(process.execPath, '/usr/local/bin/node');
    this.program(tini, '/usr/bin/tini');
    for (const device of ['null', 'urandom']) writeFileSync(join(this.path, 'dev', device), '');
  }

  private program(file: string, place: string): void {
    this.file(file, place);
    const libraries = spawnSync('ldd', [file], { encoding: 'utf8' }).stdout.matchAll(/(\/\S+) \(0x/g);
    for (const [, library = ''] of libraries) this.file(library, library);
  }

  private file(source: string, place: string): void {
    mkdirSync(dirname(join(this.path, place)), { recursive: true });
    copyFileSync(source, join(this.path, place));
  }

  /** What the build stage leaves: the installed packages without those for development, and the compiled code. */
  private build(): string {
    const build = join(this.dir, 'build');
    mkdirSync(build);
    for (const file of ['package.json', 'package-lock.json', '.npmrc']) cpSync(join(ROOT, file), join(build, file));
    run('cp', ['-a', join(ROOT, 'node_modules'), build], this.dir);
    run('npm', PRUNE, build);
    run('cp', ['-a', join(ROOT, 'dist'), build], this.dir);
    return build;
  }

  /** @param args in the place of CMD; @param command in the place of ENTRYPOINT */
  start(args: readonly string[], command = execForm(last('ENTRYPOINT', this.instructions))): ChildProcess {
    const script = [
      'set -e',
      'mount --bind "$1" "$1"',
      'mount -t proc proc "$1/proc"',
      'for device in null urandom; do mount --bind "/dev/$device" "$1/dev/$device"; done',
      'mount --bind "$2" "$1$3"',
      'mount -t tmpfs -o nosuid,nodev,mode=1777 tmpfs "$1/tmp"',
      'mount -o remount,bind,ro "$1"',
      'user="$4"; root="$1"; shift 4',
      'exec setpriv --no-new-privs chroot --userspec="$user" --groups= "$root" "$@"',
    ].join('\n');
    const user = last('USER', this.instructions);
    const own = ['sh', '-c', script, 'sh', this.path, this.volume, this.volumePath, user, ...command, ...args];
    const environment = Object.fromEntries(variables(this.instructions));
    return spawn('unshare', ['--mount', '--pid', '--fork', '--kill-child', ...own], {
      env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  /** Runs to the end. */
  async run(args: readonly string[], command?: string[]): Promise<{ code: number | null; text: string }> {
    const child = this.start(args, command);
    let text = '';
    child.stdout?.on('data', (part: Buffer) => (text += part.toString()));
    child.stderr?.on('data', (part: Buffer) => (text += part.toString()));
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
    return { code, text };
  }

  get healthCheck(): string[] {
    const text = last('HEALTHCHECK', this.instructions);
    return execForm(text.slice(text.indexOf('CMD ') + 4));
  }

  get command(): string[] {
    return execForm(last('CMD', this.instructions));
  }

  has(path: string): boolean {
    return existsSync(join(this.path, path));
  }

  remove(): void {
    rmSync(this.dir, { recursive: true, force: true });
  }
}

/** The process that is number 1 inside; a signal for the container goes there. */
export function firstProcess({ pid }: ChildProcess): number {
  const id = String(pid);
  return Number(readFileSync(join(dirname(`/proc/${id}/task/${id}/x`), 'children'), 'latin1').trim());
}
