import type { CommandModel, OptionModel } from './command-model.js';

/** For fish 3: to be put into ~/.config/fish/completions. */
export function fishScript(program: string, models: readonly CommandModel[]): string {
  const name = `__${program.replace(/\W/g, '_')}`;
  const complete = `complete -c ${program}`;
  const lines = models.flatMap(({ path, commands, options, argument }) => {
    const at = `${complete} -n '${name}_at "${path}"'`;
    const choices = argument?.choices ?? [];
    return [
      ...commands.map(({ name: word, description }) => `${at} -f -a ${word} -d ${quoted(description)}`),
      ...options.map((option) => `${at} ${optionWords(option)} -d ${quoted(option.description)}`),
      ...(choices.length > 0 ? [`${at} -f -a ${quoted(choices.join(' '))}`] : []),
      ...(argument?.kind === 'server' ? [`${at} -f -a '(${name}_servers)'`] : []),
    ];
  });
  return `# fish completion of ${program}
function ${name}_where
    set -l where ''
    set -l skip 0
    for word in (commandline -opc)[2..-1]
        if test $skip = 1
            set skip 0
            continue
        end
        switch "$where|$word"
${models.flatMap(walkLines).join('\n')}
        end
    end
    echo $where
end
function ${name}_at
    set -l where (${name}_where)
    test "$where" = "$argv[1]"
end
function ${name}_servers
    set -l words (commandline -opc)
    set -l config
    if set -l place (contains -i -- --config $words; or contains -i -- -c $words)
        set config --config (string replace -r '^~/' "$HOME/" -- $words[(math $place + 1)])
    end
    $words[1] server-names $config 2>/dev/null </dev/null
end
${lines.join('\n')}
`;
}

function walkLines({ path, commands, options }: CommandModel): string[] {
  const taking = options.filter(({ value }) => value !== null).flatMap(({ flags }) => flags);
  const indent = ' '.repeat(12);
  return [
    ...commands.flatMap(({ name }) => [
      `${indent}case '${path}|${name}'`,
      `${indent}    set where '${path === '' ? name : `${path} ${name}`}'`,
    ]),
    ...(taking.length === 0
      ? []
      : [`${indent}case ${taking.map((flag) => `'${path}|${flag}'`).join(' ')}`, `${indent}    set skip 1`]),
  ];
}

function optionWords({ flags, value }: OptionModel): string {
  const spelled = flags
    .map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`))
    .join(' ');
  if (value === null) return spelled;
  if (value.choices.length > 0) return `${spelled} -x -a ${quoted(value.choices.join(' '))}`;
  return value.kind === 'file' ? `${spelled} -r -F` : `${spelled} -x`;
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
