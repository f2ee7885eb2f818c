import type { Command, Option } from 'commander';

/** What may stand behind an option or as an argument, besides the choices. */
export type ValueKind = 'file' | 'server' | 'text';

/** An option as shells offer it. */
export interface OptionModel {
  /** Its spellings, the long one last. */
  readonly flags: readonly string[];
  readonly description: string;
  /** null = it takes no value. */
  readonly value: { readonly kind: ValueKind; readonly choices: readonly string[] } | null;
}

/** One command as shells offer it. */
export interface CommandModel {
  /** Its words behind the program's name; '' = the program itself. */
  readonly path: string;
  readonly commands: readonly { readonly name: string; readonly description: string }[];
  readonly options: readonly OptionModel[];
  /** Of its first argument. */
  readonly argument: { readonly kind: ValueKind; readonly choices: readonly string[] } | null;
}

/** Commands whose argument is a server that there is. */
const TAKES_SERVER: ReadonlySet<string> = new Set(['server remove', 'server test']);

/** Every command of the program that the help shows, outer ones first. */
export function commandModels(program: Command): CommandModel[] {
  return modelsBelow(program, '');
}

function modelsBelow(command: Command, path: string): CommandModel[] {
  const help = command.createHelp();
  const commands = help.visibleCommands(command);
  const [argument] = command.registeredArguments;
  const model: CommandModel = {
    path,
    commands: commands.map((one) => ({ name: one.name(), description: firstClause(one.description()) })),
    options: help.visibleOptions(command).map(optionModel),
    argument:
      argument === undefined
        ? null
        : { kind: TAKES_SERVER.has(path) ? 'server' : 'text', choices: argument.argChoices ?? [] },
  };
  return [model, ...commands.flatMap((one) => modelsBelow(one, path === '' ? one.name() : `${path} ${one.name()}`))];
}

function optionModel(option: Option): OptionModel {
  const { short, long, argChoices } = option;
  const takesValue = option.required || option.optional;
  return {
    flags: [short, long].filter((flag) => flag !== undefined),
    description: firstClause(option.description),
    value: takesValue ? { kind: option.flags.includes('<file>') ? 'file' : 'text', choices: argChoices ?? [] } : null,
  };
}

/** Menus have little room. */
function firstClause(description: string): string {
  return description.split(/; | \(/)[0] ?? '';
}
