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
