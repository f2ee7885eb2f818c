import { describe, expect, it } from '@jest/globals';
import { runInProcess } from '../../support/cli-run.js';

describe.each(['bash', 'zsh', 'fish', 'powershell'])('the script for %s', (shell) => {
  it('knows every command, option and choice that the help shows, and no hidden one', async () => {
    const { code, stdout, stderr } = await runInProcess('completion', shell);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const words of [[], ['server'], ['config']]) {
      const help = (await runInProcess(...words, '--help')).stdout;
      const commands = [...help.matchAll(/^ {2}([a-z-]+) .*/gm)].map(([, name = '']) => name);
      expect(commands.length).toBeGreaterThan(0);
      for (const name of commands) expect(stdout).toMatch(new RegExp(`(?<![\\w-])${name}(?![\\w-])`));
    }
    for (const words of [['start'], ['server', 'add'], ['server', 'test'], ['doctor']]) {
      const help = (await runInProcess(...words, '--help')).stdout;
      const options = [...help.slice(0, help.indexOf('Example')).matchAll(/^ +(?:-\w, )?--([a-z-]+)/gm)];
      expect(options.length).toBeGreaterThan(3);
      for (const [, name = ''] of options) expect(stdout).toMatch(new RegExp(`(--|-l )${name}(?![\\w-])`));
    }
    expect(stdout).toContain('streamable-http');
    expect(stdout).toContain('server-names');
    expect(stdout).not.toMatch(/'server-names[:']/);
  });
});

it('for powershell offers a name that it would obey in quotes, with each kind of them doubled', async () => {
  const { stdout } = await runInProcess('completion', 'powershell');
  const [, plain = ''] = /-notmatch '([^']+)'/.exec(stdout) ?? [];
  const [, quotes = ''] = /-replace "([^"]+)", '\$0\$0'/.exec(stdout) ?? [];
  for (const word of ['echo', 'my-server_2', 'a.b', '--config', '-c']) expect(word).toMatch(new RegExp(plain, 'u'));
  for (const name of ['a;calc', '$(calc)', 'a`b', 'a b', '@x', "o'x", 'a|b', '---x', '{x}', '&x', 'a,b', '#x']) {
    expect(name).not.toMatch(new RegExp(plain, 'u'));
  }
  // about_Quoting_Rules: PowerShell takes all of these for the end of a text in single quotes.
  expect("'\u2018\u2019\u201a\u201b".replace(new RegExp(quotes, 'g'), '')).toBe('');
});
