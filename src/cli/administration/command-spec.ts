import { type Command, InvalidArgumentError, Option } from 'commander';
import type { EntityKind } from '../../config/administration/document.js';
import { type AddCommand, CONFIG_HELP } from '../command-context.js';
import { parseFile } from '../parse-options.js';
import type { Action } from './action.js';
import { namingFault, Words } from './words.js';

/** An option: how it is written, and what it is for. */
interface OptionSpec {
  readonly flags: string;
  readonly help: string;
  readonly needed?: true;
  readonly choices?: readonly string[];
}

/** A command that reads or changes configs, servers, projects, users or keys. */
export interface CommandSpec {
  readonly help: string;
  /** What must be named, by name or id. */
  readonly of?: readonly EntityKind[];
  /** What may be named. */
  readonly mayNarrow?: readonly EntityKind[];
  readonly options?: readonly OptionSpec[];
  readonly details?: string;
  /** Words behind the name of the program. */
  readonly examples: readonly string[];
}

type Context = Parameters<AddCommand>[1];

const NAMING = {
  config: [
    ['--config-name <name>', 'name of the config'],
    ['--config-id <id>', 'its id instead'],
  ],
  project: [
    ['--project-name <name>', 'name of the project'],
    ['--project-id <id>', 'its id instead'],
  ],
  user: [
    ['--email <address>', 'address of the user'],
    ['--user-id <id>', 'the id of the user instead'],
  ],
} as const;

/**
 * Adds commands to a group.
 * @param load imports what the commands do; not before one of them runs
 */
export function addCommands<Name extends string>(
  group: Command,
  context: Context,
  specs: Readonly<Record<Name, CommandSpec>>,
  load: () => Promise<Readonly<Record<NoInfer<Name>, Action>>>,
): void {
  for (const name of Object.keys(specs) as Name[]) {
    addOne(group.command(name), specs[name], context, async () => (await load())[name]);
  }
}

function addOne(command: Command, spec: CommandSpec, { io, outcome }: Context, load: () => Promise<Action>): void {
  const { of = [], mayNarrow = [], options = [], details, examples } = spec;
  command.description(spec.help);
  for (const kind of [...of, ...mayNarrow]) for (const [flags, help] of NAMING[kind]) command.option(flags, help);
  for (const option of options) command.addOption(optionOf(option));
  command
    .option('-c, --config <file>', CONFIG_HELP, parseFile)
    .addHelpText('after', helpAfter(details, examples))
    .action(async (given: Readonly<Record<string, unknown>>) => {
      const words = new Words(given);
      const fault = namingFault(words, of, mayNarrow);
      if (fault !== null) command.error(`error: ${fault}`);
      const [action, { openDesk }] = await Promise.all([load(), import('./action.js')]);
      const desk = await openDesk(words.optional('config'), io, {
        operation: nameOf(command),
        target: words.targets(),
      });
      try {
        outcome.code = await action(words, desk);
      } catch (error) {
        if (error instanceof InvalidArgumentError) command.error(`error: ${error.message}`);
        throw error;
      } finally {
        await desk.repository.close();
      }
    });
}

/** As it is typed, without the name of the program: `cli config add`. */
function nameOf(command: Command): string {
  const names: string[] = [];
  for (let at = command; at.parent !== null; at = at.parent) names.unshift(at.name());
  return ['cli', ...names].join(' ');
}

function optionOf({ flags, help, needed, choices }: OptionSpec): Option {
  const option = new Option(flags, help).makeOptionMandatory(needed === true);
  return choices === undefined ? option : option.choices(choices);
}

function helpAfter(details: string | undefined, examples: readonly string[]): string {
  const lines = examples.map((example) => `  $ secure-mcp-gateway ${example}`);
  const title = lines.length === 1 ? 'Example:' : 'Examples:';
  return ['', ...(details === undefined ? [] : [details, '']), title, ...lines].join('\n');
}
