import type { CommandModel } from './command-model.js';

/** For PowerShell 5.1 and newer: to be read in $PROFILE. Where it has nothing to offer, PowerShell offers files. */
export function powershellScript(program: string, models: readonly CommandModel[]): string {
  return `# PowerShell completion of ${program}
Register-ArgumentCompleter -Native -CommandName '${program}' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $commands = @{
${models.map(commandEntry).join('\n')}
    }
    $before = @($commandAst.CommandElements | Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object { $_.ToString() })
    $where = ''
    $option = ''
    $config = @()
    foreach ($word in ($before | Select-Object -Skip 1)) {
        if ($option -ne '') {
            if ($option -eq '--config' -or $option -ceq '-c') { $config = @('--config', $word.Trim('"', "'")) }
            $option = ''
            continue
        }
        if ($word -eq '--') { return }
        if ($commands[$where].Taking.ContainsKey($word)) { $option = $word; continue }
        $next = "$where $word".Trim()
        if ($commands.ContainsKey($next)) { $where = $next }
    }
    $command = $commands[$where]
    if ($option -ne '') { $items = $command.Taking[$option] }
    elseif ($wordToComplete.StartsWith('-')) { $items = $command.Options }
    elseif ($command.Servers) { $items = @(& $before[0] server-names @config 2>$null) }
    else { $items = $command.Words }
    $items | Where-Object { $_ -and $_.StartsWith($wordToComplete) } | ForEach-Object {
        $text = $_
        # A name may hold what PowerShell obeys, such as ; and $(): it is a word only in quotes. There are four more of them beside '.
        if ($_ -notmatch '^-{0,2}\\w[\\w.-]*$') { $text = "'" + ($_ -replace "['\\u2018-\\u201b]", '$0$0') + "'" }
        [System.Management.Automation.CompletionResult]::new($text, $_, 'ParameterValue', $_)
    }
}
`;
}

function commandEntry({ path, commands, options, argument }: CommandModel): string {
  const words = commands.length > 0 ? commands.map(({ name }) => name) : (argument?.choices ?? []);
  const values = options.flatMap(({ flags, value }) =>
    value === null ? [] : flags.map((flag) => `${quoted(flag)} = ${list(value.choices)}`),
  );
  return `        ${quoted(path)} = @{
            Words = ${list(words)}
            Options = ${list(options.flatMap(({ flags }) => flags))}
            Taking = @{ ${values.join('; ')} }
            Servers = $${argument?.kind === 'server' ? 'true' : 'false'}
        }`;
}

function list(texts: readonly string[]): string {
  return `@(${texts.map(quoted).join(', ')})`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
