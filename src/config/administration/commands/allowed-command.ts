import { isInterpreter, type Launcher, launcherOf } from './launchers.js';

/** What the operator allows: a program, and what it may start where it starts other code than its own. */
export interface AllowedCommand {
  /** Exactly as it stands in a server's `command`. */
  readonly command: string;
  /** Package of a launcher, script of an interpreter, first words of any other program; null = the program itself. */
  readonly code: string | null;
}

/** Of any exact version: the caller still names one. */
const ANY_VERSION = '@*';
const NPM_NAME = /^(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/;
const NPM_VERSION = /^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?$/;
const PYTHON_SPEC = /^([A-Za-z0-9][\w.-]*(?:\[[\w.,-]*\])?)(?:==|@)(.+)$/;
const PYTHON_VERSION = /^\d+(?:\.\d+)*(?:(?:a|b|rc|\.post|\.dev)\d+)*$/;
const IMAGE_DIGEST = /^[a-z0-9][\w./:-]*@sha256:[0-9a-f]{64}$/;
const IMAGE_TAG = /^[a-z0-9][\w./-]*(?::\d+\/[\w./-]+)?:(?!latest$)[\w][\w.-]{0,127}$/;
/** What would make an interpreter run its next argument. */
const INLINE_CODE = /^(?:-(?!m [\w.]+$)|\/[ck](?: |$))/i;

/** `COMMAND` or `COMMAND:CODE`. The colon of a Windows drive belongs to the command. */
export function parseAllowedCommand(text: string): AllowedCommand {
  const from = /^[A-Za-z]:[\\/]/.test(text) ? 2 : 0;
  const colon = text.indexOf(':', from);
  return colon < 0 ? { command: text, code: null } : { command: text.slice(0, colon), code: text.slice(colon + 1) };
}

/** Why an entry allows nothing, and how to write it; null = it allows something. */
export function faultOfAllowedCommand({ command, code }: AllowedCommand): string | null {
  const launcher = launcherOf(command);
  if (launcher !== null) {
    if (code !== null && isPinned(launcher, code)) return null;
    return `allows nothing: ${command} starts whatever it is told. Name the package with its version: ${EXAMPLES[launcher.spec].replace('COMMAND', command)}`;
  }
  if (code === null ? !isInterpreter(command) : code !== '' && !INLINE_CODE.test(code)) return null;
  return `allows nothing: ${command} runs whatever it is told. Name the script: ${command}:/path/to/server`;
}

const EXAMPLES = {
  npm: 'COMMAND:@scope/name@1.2.3',
  python: 'COMMAND:name==1.2.3',
  image: 'COMMAND:name:1.2.3, or name@sha256:… (the tag latest is no version)',
} as const;

/** Whether the package that is to be started is the one that is allowed. */
export function allowsPackage(launcher: Launcher, code: string, spec: string): boolean {
  if (!isPinned(launcher, code) || !isExact(launcher, spec)) return false;
  if (spec === code) return true;
  return code.endsWith(ANY_VERSION) && nameOf(launcher, spec) === code.slice(0, -ANY_VERSION.length);
}

function isPinned(launcher: Launcher, code: string): boolean {
  if (!code.endsWith(ANY_VERSION)) return isExact(launcher, code);
  const name = code.slice(0, -ANY_VERSION.length);
  return launcher.spec !== 'image' && isExact(launcher, launcher.spec === 'npm' ? `${name}@1.0.0` : `${name}==1.0.0`);
}

/** Named by name and version: no tag, range, URL, folder or alias. */
function isExact({ spec: kind }: Launcher, spec: string): boolean {
  if (kind === 'image') return IMAGE_DIGEST.test(spec) || IMAGE_TAG.test(spec);
  if (kind === 'python') return PYTHON_VERSION.test(PYTHON_SPEC.exec(spec)?.[2] ?? '');
  const at = spec.lastIndexOf('@');
  return at > 0 && NPM_NAME.test(spec.slice(0, at)) && NPM_VERSION.test(spec.slice(at + 1));
}

function nameOf({ spec: kind }: Launcher, spec: string): string {
  return kind === 'python' ? (PYTHON_SPEC.exec(spec)?.[1] ?? '') : spec.slice(0, spec.lastIndexOf('@'));
}

/** How many arguments the allowed code takes up at the start of `args`; null = it does not stand there. */
export function wordsOfCode(code: string, args: readonly string[]): number | null {
  if (args[0] === code) return 1;
  const words = code.split(' ');
  return words.length > 1 && words.every((word, index) => args[index] === word) ? words.length : null;
}
