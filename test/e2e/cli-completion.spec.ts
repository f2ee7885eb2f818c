import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { CliHome } from '../support/cli-process.js';
import { CLI } from '../support/gateway.js';

jest.setTimeout(60_000);

const SHELL_LIMIT_MS = 20_000;

let home: CliHome;
let script: string;
beforeAll(async () => {
  const command = { command: 'x' };
  home = new CliHome({
    projects: [{ servers: ['tickets', 'my files', 'today'].map((name) => ({ name, config: command })) }],
  });
  const bin = join(home.folder, 'bin');
  mkdirSync(bin);
  const program = join(bin, 'secure-mcp-gateway');
  writeFileSync(program, `#!/bin/sh\nexec '${process.execPath}' '${CLI}' "$@"\n`);
  chmodSync(program, 0o755);
  script = (await home.run(['completion', 'bash'])).stdout;
});
afterAll(() => {
  home.remove();
});

/** What a real bash offers for the last of these words, through the function that the script registered. */
function complete(...words: string[]): string[] {
  const source = `
    set -u
    source /dev/stdin <<'SCRIPT'
${script}
SCRIPT
    registered="$(complete -p secure-mcp-gateway)"
    [[ $registered =~ -F\\ ([^ ]+) ]] || exit 9
    COMP_WORDS=(secure-mcp-gateway "$@")
    COMP_CWORD=$#
    "\${BASH_REMATCH[1]}" secure-mcp-gateway "\${@: -1}" ''
    (( \${#COMPREPLY[@]} == 0 )) || printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { status, stdout, stderr } = spawnSync('bash', ['--norc', '--noprofile', '-c', source, 'bash', ...words], {
    env: {
      PATH: `${join(home.folder, 'bin')}:${process.env.PATH ?? ''}`,
      HOME: home.folder,
      ENKRYPT_CONFIG: home.configPath,
    },
    encoding: 'utf8',
    timeout: SHELL_LIMIT_MS,
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout.split('\n').filter((line) => line !== '');
}

describe('completion in bash', () => {
  it.each<[string[], string[]]>([
    [['st'], ['start', 'stdio']],
    [
      ['server', ''],
      ['add', 'list', 'remove', 'test', 'help'],
    ],
    [['config', 'v'], ['validate']],
    [['start', '--admin-p'], ['--admin-port']],
    [['start', '--port', '1', '--allowed'], ['--allowed-host']],
    [
      ['server', 'add', 'name', '--transport', ''],
      ['streamable-http', 'sse'],
    ],
    [
      ['server', 'add', 'name', '--transport', 's'],
      ['streamable-http', 'sse'],
    ],
    [['server', 'add', 'name', '--transport', '=', 'st'], ['streamable-http']],
    [
      ['server', 'add', 'name', '--transport', '='],
      ['streamable-http', 'sse'],
    ],
    [['completion', 'p'], ['powershell']],
    // Values of options are not taken for commands.
    [['--help', 'doctor', '--config', 'server', '--js'], ['--json']],
    // Files, which bash itself offers.
    [['start', '--config', ''], []],
    [['server', 'add', 'name', '--', 'st'], []],
  ])('of %j offers %j', (words, offered) => {
    expect(complete(...words)).toEqual(offered);
  });

  it('offers the servers that the config has now, quoted where they must be', () => {
    expect(complete('server', 'test', '')).toEqual(['tickets', 'my\\ files', 'today']);
    expect(complete('server', 'remove', 't')).toEqual(['tickets', 'today']);
  });

  it('looks into the config that the line names', () => {
    const other = join(home.folder, 'other.json');
    writeFileSync(other, '{"mcp_configs": {"c": {"mcp_config": [{"server_name": "elsewhere"}]}}}');
    expect(complete('server', 'test', '--config', other, '')).toEqual(['elsewhere']);
    expect(complete('server', 'test', '-c', '~/other.json', '')).toEqual(['elsewhere']);
    expect(complete('server', 'test', '--config', join(home.folder, 'none.json'), '')).toEqual([]);
  });
});

describe('the scripts for other shells', () => {
  it.each([
    ['zsh', ['-f', '-n']],
    ['fish', ['--no-config', '-n']],
  ])('are understood by %s, where it is installed', async (shell, options) => {
    if (spawnSync(shell, ['--version']).status !== 0) return;
    const file = join(home.folder, `completion.${shell}`);
    writeFileSync(file, (await home.run(['completion', shell])).stdout);
    const { status, stderr } = spawnSync(shell, [...options, file], { encoding: 'utf8', timeout: SHELL_LIMIT_MS });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });
});
