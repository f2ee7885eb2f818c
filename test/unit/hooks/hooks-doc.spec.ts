import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { HookClientName } from '../../../src/contracts/hook-policy.js';
import { eventKind, eventNames } from '../../../src/hooks/events.js';
import { loadText } from '../config/sample-config.js';

const DOC = readFileSync(new URL('../../../docs/hooks.md', import.meta.url), 'utf8');
const SNIPPETS = [...DOC.matchAll(/^```json\n([\s\S]*?)^```$/gm)].map((match) => match[1] ?? '');

/** First cells of the rows of the table below a heading, as names in code font. */
function eventsBelow(heading: string): string[] {
  const section = DOC.slice(DOC.indexOf(`\n### ${heading}\n`)).split(/\n##+ /)[1] ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('| `'));
  return rows.flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`(\w+)`/g)].map((match) => match[1] ?? ''));
}

describe('docs/hooks.md', () => {
  it('registers only events that the command knows, and guards with each of them', () => {
    const commands = SNIPPETS.flatMap((snippet) => [...snippet.matchAll(/gateway hook (\S+) (\w+)/g)]);
    expect(commands.length).toBeGreaterThan(7);
    for (const [, client, event] of commands) {
      expect([client, event, eventKind(client as HookClientName, event ?? '')]).toEqual([
        client,
        event,
        expect.stringMatching(/guarded|observed/),
      ]);
    }
  });

  it('shows a config that is valid but for the missing keys', () => {
    const config = SNIPPETS.find((snippet) => snippet.includes('"policies"')) ?? '';
    const result = loadText(config);
    expect(result.ok ? result.snapshot.warnings.map(({ path }) => path) : result.problems).toEqual(['apikeys']);
  });

  it.each<[string, HookClientName]>([
    ['Claude Code', 'claude-code'],
    ['Cursor', 'cursor'],
  ])('lists the events of %s', (heading, client) => {
    expect(eventsBelow(heading).sort()).toEqual([...eventNames(client)].sort());
  });
});
