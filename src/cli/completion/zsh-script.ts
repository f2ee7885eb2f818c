import type { CommandModel, OptionModel, ValueKind } from './command-model.js';

/** For zsh 5: to be read in .zshrc, or put as a file into a folder of `fpath`. */
export function zshScript(program: string, models: readonly CommandModel[]): string {
  const name = `_${program.replace(/\W/g, '_')}`;
  return `#compdef ${program}
${name}() {
  local word where='' option='' config=''
  local -a items
  local -i i
  for ((i = 2; i < CURRENT; i++)); do
    word="\${words[i]}"
    if [[ -n $option ]]; then
      if [[ $option == (-c|--config) ]]; then config="\${(Q)word}"; fi
      option=''
      continue
    fi
    if [[ $word == -- ]]; then _files; return; fi
    if [[ $word == --config=* ]]; then config="\${(Q)word#--config=}"; fi
    case "$where|$word" in
${models.flatMap(walkLines).join('\n')}
    esac
  done
  if [[ -z $option && $PREFIX == --*=* ]]; then
    option="\${PREFIX%%=*}"
    compset -P '*='
  fi
  if [[ -n $option ]]; then
    case "$where|$option" in
${models.flatMap(valueLines).join('\n')}
    esac
  elif [[ $PREFIX == -* ]]; then
    case "$where" in
${models.map(({ path, options }) => `      ('${path}') items=(${options.flatMap(optionItems).join(' ')}) ;;`).join('\n')}
    esac
    _describe -o option items
  else
    case "$where" in
${models.flatMap(operandLines).join('\n')}
      (*) _files ;;
    esac
  fi
}
${name}_servers() {
  local -a names
  config="\${config/#\\~\\//$HOME/}"
  names=(\${(f)"$($words[1] server-names \${config:+--config} \${config:+"$config"} 2>/dev/null </dev/null)"})
  compadd -a names
}
if [[ $funcstack[1] == ${name} ]]; then ${name} "$@"; else compdef ${name} ${program}; fi
`.replaceAll('@servers', `${name}_servers`);
}

function walkLines({ path, commands, options }: CommandModel): string[] {
  const taking = options.filter(({ value }) => value !== null).flatMap(({ flags }) => flags);
  return [
    ...commands.map(({ name }) => `      ('${path}|${name}') where='${path === '' ? name : `${path} ${name}`}' ;;`),
    ...(taking.length === 0 ? [] : [`      (${patterns(path, taking)}) option="$word" ;;`]),
  ];
}

function valueLines({ path, options }: CommandModel): string[] {
  return options.flatMap(({ flags, value }) => {
    const offer = value === null ? '' : offerOf(value);
    return offer === '' ? [] : [`      (${patterns(path, flags)}) ${offer} ;;`];
  });
}

function operandLines({ path, commands, argument }: CommandModel): string[] {
  if (commands.length > 0) {
    const items = commands.map(({ name, description }) => item(name, description)).join(' ');
    return [`      ('${path}') items=(${items}); _describe command items ;;`];
  }
  const offer = argument === null ? '' : offerOf(argument);
  return offer === '' ? [] : [`      ('${path}') ${offer} ;;`];
}

function offerOf({ kind, choices }: { readonly kind: ValueKind; readonly choices: readonly string[] }): string {
  if (kind === 'server') return '@servers';
  if (choices.length > 0) return `compadd ${choices.join(' ')}`;
  return kind === 'file' ? '_files' : '';
}

function optionItems({ flags, description }: OptionModel): string[] {
  return flags.map((flag) => item(flag, description));
}

function item(name: string, description: string): string {
  return `'${name}:${description.replaceAll("'", "'\\''").replaceAll(':', '\\:')}'`;
}

function patterns(path: string, flags: readonly string[]): string {
  return flags.map((flag) => `'${path}|${flag}'`).join('|');
}
