import { AdministrationError } from '../administration-error.js';
import { quoted } from '../document.js';
import { allowsPackage, faultOfAllowedCommand, parseAllowedCommand, wordsOfCode } from './allowed-command.js';
import { isCodeVariable } from './code-variables.js';
import { launcherOf, readLaunch } from './launchers.js';
import { pathOutside } from './outside-text.js';

/** A command line with its variables, as a server entry has it. */
export interface CommandLine {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, unknown>>;
}

export interface CommandPermission {
  readonly allowedCommands: ReadonlySet<string>;
  /** Folders and files that arguments and variables may name. */
  readonly allowedPaths: readonly string[];
}

const COMMANDS = 'common_mcp_gateway_config.admin_api.allowed_commands (or ENKRYPT_ADMIN_ALLOWED_COMMANDS)';
const PATHS = 'common_mcp_gateway_config.admin_api.allowed_paths';

/**
 * Refuses a command line that the operator has not allowed: the program, the package or script it would start, what else its arguments
 * name, and variables that decide which code runs.
 * @throws AdministrationError `forbidden` with the setting that would allow it
 */
export function refuseCommand(server: string, line: CommandLine, permission: CommandPermission): void {
  const rest = argumentsOf(server, line, permission.allowedCommands);
  const variable = Object.keys(line.env).find(isCodeVariable);
  if (variable !== undefined) {
    throw forbidden(
      server,
      `the variable ${quoted(variable)} decides which code runs. It can be set in the config file alone.`,
    );
  }
  for (const arg of rest) refusePath(server, arg, permission.allowedPaths, true);
  for (const value of Object.values(line.env)) {
    if (typeof value === 'string') refusePath(server, value, permission.allowedPaths, false);
  }
}

/** The arguments that go to the code that is allowed. */
function argumentsOf(server: string, { command, args }: CommandLine, entries: ReadonlySet<string>): readonly string[] {
  const own = [...entries].map(parseAllowedCommand).filter((entry) => entry.command === command);
  const [first] = own;
  if (first === undefined) {
    throw forbidden(server, `the API may not start ${quoted(command)}. The operator can allow it in ${COMMANDS}.`);
  }
  const usable = own.filter((entry) => faultOfAllowedCommand(entry) === null);
  if (usable.length === 0) {
    throw forbidden(server, `${quoted(command)} in ${COMMANDS} ${faultOfAllowedCommand(first) ?? ''}`);
  }
  const launcher = launcherOf(command);
  if (launcher === null) {
    const widths = usable.map(({ code }) => (code === null ? 0 : wordsOfCode(code, args)));
    const width = widths.find((found): found is number => found !== null);
    if (width !== undefined) return args.slice(width);
    throw forbidden(
      server,
      `${quoted(command)} may start what ${COMMANDS} names, as its first argument, and nothing else.`,
    );
  }
  const launch = readLaunch(launcher, args);
  if ('refused' in launch) throw forbidden(server, `${quoted(command)}: ${launch.refused}.`);
  const { spec, rest } = launch;
  if (usable.some(({ code }) => allowsPackage(launcher, code ?? '', spec))) return rest;
  throw forbidden(
    server,
    `${quoted(command)} may not start ${quoted(spec)}. The operator can allow it, with its version, in ${COMMANDS}.`,
  );
}

function refusePath(server: string, text: string, allowed: readonly string[], bare: boolean): void {
  if (pathOutside(text, allowed, bare) === null) return;
  // The path itself may stand inside a secret.
  throw forbidden(server, `an argument or variable names a path. The operator can allow its folder in ${PATHS}.`);
}

function forbidden(server: string, why: string): AdministrationError {
  return new AdministrationError('forbidden', `Server ${quoted(server)}: ${why}`);
}
