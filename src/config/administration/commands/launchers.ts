/** How a launcher's command line is read. */
export interface Launcher {
  /** Words before the flags, any one of these lists. */
  readonly verbs: readonly (readonly string[])[];
  /** Flags without a value that may stand before the package. */
  readonly flags: ReadonlySet<string>;
  /** Flags with a value, and what the value must be; `--flag value` and `--flag=value`. */
  readonly valued?: ReadonlyMap<string, RegExp>;
  /** `--` must stand before the package: without it the launcher reads the flags behind the package as its own. */
  readonly needsSeparator?: boolean;
  readonly spec: 'npm' | 'python' | 'image';
}

const NPX_FLAGS = new Set(['-y', '--yes', '-q', '--quiet', '-s', '--silent', '--prefer-offline', '--prefer-online']);
const NONE: ReadonlySet<string> = new Set();
/** A name, with or without a value: the variable goes into the container. */
const VARIABLE = /^(?!(?:LD_|DYLD_))[A-Za-z_]\w*(?:=[^\n]*)?$/;
const IMAGE_RUN: Launcher = {
  verbs: [['run'], ['container', 'run']],
  flags: new Set(['-i', '--interactive', '--rm', '--init', '--read-only', '-q', '--quiet']),
  valued: new Map([
    ['-e', VARIABLE],
    ['--env', VARIABLE],
    ['--network', /^none$/],
    ['--cap-drop', /^[A-Za-z_]+$/],
    ['--security-opt', /^no-new-privileges(?::true|=true)?$/],
    ['--memory', /^\d+[bkmg]?$/i],
    ['-m', /^\d+[bkmg]?$/i],
    ['--cpus', /^\d+(?:\.\d+)?$/],
    ['--pids-limit', /^\d+$/],
    ['--pull', /^(?:never|missing)$/],
    ['--user', /^[1-9]\d*(?::[1-9]\d*)?$/],
  ]),
  spec: 'image',
};

/**
 * Programs that fetch and start packages. What stands behind the package goes to the package; the flags before it are an allow-list, for
 * the others bring packages in from elsewhere (--registry, --index-url), others beside it (-p, --package, --from, --with), or run text as
 * code (-c, --call, --node-options), and those of containers open the host (-v, --mount, --privileged).
 */
const LAUNCHERS: ReadonlyMap<string, Launcher> = new Map<string, Launcher>([
  ['npx', { verbs: [[]], flags: NPX_FLAGS, spec: 'npm' }],
  ['npm', { verbs: [['exec'], ['x']], flags: NPX_FLAGS, needsSeparator: true, spec: 'npm' }],
  ['pnpx', { verbs: [[]], flags: new Set(['--silent', '-s']), spec: 'npm' }],
  ['pnpm', { verbs: [['dlx']], flags: new Set(['--silent', '-s']), spec: 'npm' }],
  ['yarn', { verbs: [['dlx']], flags: new Set(['-q', '--quiet']), spec: 'npm' }],
  ['bunx', { verbs: [[]], flags: new Set(['--silent']), spec: 'npm' }],
  ['bun', { verbs: [['x']], flags: new Set(['--silent']), spec: 'npm' }],
  ['uvx', { verbs: [[]], flags: new Set(['-q', '--quiet', '--isolated', '--no-config', '--offline']), spec: 'python' }],
  ['uv', { verbs: [['tool', 'run']], flags: new Set(['-q', '--quiet', '--isolated', '--no-config']), spec: 'python' }],
  ['pipx', { verbs: [['run']], flags: NONE, spec: 'python' }],
  ['docker', IMAGE_RUN],
  ['podman', IMAGE_RUN],
  ['nerdctl', IMAGE_RUN],
]);

/** Flags of launchers that bring in other code; behind the package they would be the package's, and are refused all the same. */
const SMUGGLING =
  /^--(?:registry|node-options|package|call|script-shell|userconfig|globalconfig|prefix|index|index-url|extra-index-url|default-index|find-links|from|with|with-editable|with-requirements|python|pip-args|spec|volume|mount|privileged|device|entrypoint|env-file)(?:=|$)/i;

const INTERPRETERS =
  /^(?:(?:python|pypy|node|ruby|perl|php|lua|java|tclsh|bash|pwsh|Rscript)[\d.]*w?|nodejs|deno|bun|tsx|ts-node|sh|dash|ash|zsh|ksh|mksh|fish|csh|tcsh|busybox|toybox|cmd|powershell|wscript|cscript|mshta|rundll32|osascript|env|sudo|doas|su|nohup|nice|ionice|timeout|setsid|stdbuf|xargs|find|awk|gawk|mawk|sed|ed|vi|vim|nvim|emacs|expect|script|ssh|nsenter|unshare|chroot|strace|gdb|make|cmake|git|tar|rsync|curl|wget|go|cargo|dotnet|dnx|mvn|gradle|julia|R|gem|bundle|composer|conda|mamba|poetry|pip\d*|hatch|nix|nix-shell|snap|flatpak|systemd-run|parallel|watch|socat|nc|ncat|netcat|telnet)$/i;

/** The name of a program without its folder and, on Windows, its ending. */
function programName(command: string): string {
  return (command.split(/[\\/]/).at(-1) ?? '').replace(/\.(?:cmd|exe|bat|ps1|com)$/i, '');
}

/** How its command line is read; null = it is no launcher. */
export function launcherOf(command: string): Launcher | null {
  return LAUNCHERS.get(programName(command).toLowerCase()) ?? null;
}

/** Programs that are what their arguments make of them. */
export function isInterpreter(command: string): boolean {
  return INTERPRETERS.test(programName(command));
}

/** A launcher's command line, understood. */
export type Launch = { readonly spec: string; readonly rest: readonly string[] } | { readonly refused: string };

/** What a launcher would start. */
export function readLaunch(launcher: Launcher, args: readonly string[]): Launch {
  const verb = launcher.verbs.find((words) => words.every((word, index) => args[index] === word));
  if (verb === undefined) {
    const forms = launcher.verbs.map((words) => words.join(' ')).join(' or ');
    return { refused: `it may be used as "${forms} PACKAGE" only` };
  }
  let index = verb.length;
  for (; index < args.length; index++) {
    const arg = args[index] ?? '';
    if (arg === '--') {
      index++;
      return packageAt(args, index, true, launcher);
    }
    if (!arg.startsWith('-')) break;
    const width = widthOfFlag(launcher, arg, args[index + 1]);
    if (width === 0) return { refused: `the flag "${arg.split('=', 1)[0] ?? ''}" may not stand before the package` };
    index += width - 1;
  }
  return packageAt(args, index, false, launcher);
}

function packageAt(args: readonly string[], index: number, separated: boolean, launcher: Launcher): Launch {
  const spec = args[index];
  if (spec === undefined || spec.startsWith('-')) return { refused: 'it names no package' };
  if (launcher.needsSeparator === true && !separated) return { refused: '"--" must stand before the package' };
  const rest = args.slice(index + 1);
  const smuggled = rest.find((arg) => SMUGGLING.test(arg));
  if (smuggled === undefined) return { spec, rest };
  return { refused: `the flag "${smuggled.split('=', 1)[0] ?? ''}" may not be used` };
}

/** How many arguments the flag takes up; 0 = it is not allowed. */
function widthOfFlag({ flags, valued }: Launcher, arg: string, next: string | undefined): 0 | 1 | 2 {
  if (flags.has(arg)) return 1;
  const equals = arg.startsWith('--') ? arg.indexOf('=') : -1;
  const value = equals < 0 ? next : arg.slice(equals + 1);
  const allowed = valued?.get(equals < 0 ? arg : arg.slice(0, equals));
  if (allowed === undefined || value === undefined || !allowed.test(value)) return 0;
  return equals < 0 ? 2 : 1;
}
