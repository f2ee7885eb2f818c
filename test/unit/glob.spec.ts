import { describe, expect, it } from '@jest/globals';
import { coversTool } from '../../src/glob.js';

describe('a glob of sensitive_tools', () => {
  it.each<[string, string, boolean]>([
    ['Bash', 'Bash', true],
    ['bash', 'Bash', true],
    ['Bash', 'BashOutput', false],
    ['*', 'anything', true],
    ['mcp__github__*', 'mcp__github__delete_repo', true],
    ['mcp__github__*', 'mcp__gitlab__delete_repo', false],
    ['mcp__*__delete_*', 'mcp__github__delete_repo', true],
    ['mcp__*__delete_*', 'mcp__github__create_repo', false],
    ['*_repo', 'mcp__github__delete_repo', true],
    ['*_repo', 'mcp__github__delete_repos', false],
    ['Rea?', 'Read', true],
    ['Rea?', 'Rea', false],
    ['?', '', false],
    ['a**b', 'ab', true],
    ['*ab*ab', 'abxab', true],
    ['*ab*ab', 'abab', true],
    ['*ab*ab', 'ab', false],
    ['Bash(x)', 'Bash(x)', true],
    ['a.c', 'abc', false],
  ])('%s and %s: %s', (glob, tool, covers) => {
    expect(coversTool(glob, tool)).toBe(covers);
  });

  it('takes no longer for a hostile pattern than pattern times name', () => {
    const glob = `${'*a'.repeat(60)}b`;
    const from = performance.now();
    expect(coversTool(glob, 'a'.repeat(512))).toBe(false);
    expect(performance.now() - from).toBeLessThan(100);
  });
});
