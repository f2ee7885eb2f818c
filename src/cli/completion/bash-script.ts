import type { CommandModel, ValueKind } from './command-model.js';

type Values = { readonly kind: ValueKind; readonly choices: readonly string[] } | null;

/**
 * For bash 3.2 and newer. Where it has nothing to offer, bash offers files (`-o default`): that is how paths are completed.
 */
export function bashScript(program: string, models: readonly CommandModel[]): string {
  const name = `_${program.replace(/\W/g, '_')}`;
  return `# bash completion of ${program}
${name}() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" word where='' option='' config='' words='' i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="\${COMP_WORDS[i]}"
    # bash takes --config=FILE for three words.
    if [[ $word == '=' ]]; then continue; fi
    if [[ -n $option ]]; then
      case "$option" in -c | --config) config="$word" ;; esac
      option=''
      continue
    fi
    if [[ $word == '--' ]]; then return; fi
    case "$where|$word" in
${models.flatMap(walkLines).join('\n')}
    esac
  done
  if [[ $cur == '=' ]]; then cur=''; fi
  if [[ -n $option ]]; then
    case "$where|$option" in
${models.flatMap(valueLines).join('\n')}
    esac
  elif [[ $cur == -* ]]; then
    case "$where" in
${models.map(optionLine).join('\n')}
    esac
  else
    case "$where" in
${models.flatMap(operandLines).join('\n')}
    esac
  fi
  if [[ $words == '@servers' ]]; then
    config="\${config//[\\"\\']/}"
    if [[ $config == '~/'* ]]; then config="$HOME/\${config#'~/'}"; fi
    while IFS= read -r word; do
      if [[ $word == "$cur"* ]]; then COMPREPLY+=("$(printf '%q' "$word")"); fi
    done < <("$1" server-names \${config:+--config "$config"} 2>/dev/null </dev/null)
  else
    COMPREPLY=($(compgen -W "$words" -- "$cur"))
  fi
}
complete -o default -F ${name} ${program}
`;
}

/** Which words lead to another command, and which take the next word as their value. */
function walkLines({ path, commands, options }: CommandModel): string[] {
  const taking = options.filter(({ value }) => value !== null).flatMap(({ flags }) => flags);
  return [
    ...commands.map(({ name }) => `      '${path}|${name}') where='${path === '' ? name : `${path} ${name}`}' ;;`),
    ...(taking.length === 0 ? [] : [`      ${patterns(path, taking)}) option="$word" ;;`]),
  ];
}

function valueLines({ path, options }: CommandModel): string[] {
  return options.flatMap(({ flags, value }) => {
    const words = wordsOf(value);
    return words === '' ? [] : [`      ${patterns(path, flags)}) words='${words}' ;;`];
  });
}

function optionLine({ path, options }: CommandModel): string {
  return `      '${path}') words='${options.flatMap(({ flags }) => flags).join(' ')}' ;;`;
}

function operandLines({ path, commands, argument }: CommandModel): string[] {
  const words = commands.length > 0 ? commands.map(({ name }) => name).join(' ') : wordsOf(argument);
  return words === '' ? [] : [`      '${path}') words='${words}' ;;`];
}

function wordsOf(value: Values): string {
  return value?.kind === 'server' ? '@servers' : (value?.choices.join(' ') ?? '');
}

function patterns(path: string, flags: readonly string[]): string {
  return flags.map((flag) => `'${path}|${flag}'`).join(' | ');
}
