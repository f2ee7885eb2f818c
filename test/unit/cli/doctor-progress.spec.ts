import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { plainLine, plainText } from '../../../src/cli/plain-text.js';
import { showProgress } from '../../../src/cli/progress.js';

let written: string[];
const io = { stdout: (text: string) => written.push(`out ${text}`), stderr: (text: string) => written.push(text) };
beforeEach(() => {
  written = [];
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

describe('progress', () => {
  const pipe = { isTty: false, columns: 80 };
  const terminal = { isTty: true, columns: 20 };

  it.each([[pipe], [terminal]])('is silent for work of less than a second (%j)', (where) => {
    const progress = showProgress(io, () => 'working', where);
    jest.advanceTimersByTime(999);
    progress.stop();
    jest.advanceTimersByTime(60_000);
    expect(written).toEqual([]);
  });

  it('is a line every five seconds where lines stay', () => {
    let left = 3;
    const progress = showProgress(io, () => `${String(left--)} left`, pipe);
    jest.advanceTimersByTime(11_500);
    progress.stop();
    progress.stop();
    jest.advanceTimersByTime(60_000);
    expect(written).toEqual(['3 left (1 s)\n', '2 left (6 s)\n', '1 left (11 s)\n']);
  });

  it('is one line on a terminal, no wider than it, which makes room for output and goes in the end', () => {
    const progress = showProgress(io, () => 'waiting for the servers', terminal);
    jest.advanceTimersByTime(1_000);
    progress.write(() => io.stdout('ok\n'));
    jest.advanceTimersByTime(200);
    progress.stop();
    expect(written).toEqual([
      '\r\u001b[Kwaiting for the ser',
      '\r\u001b[K',
      'out ok\n',
      '\r\u001b[Kwaiting for the ser',
      '\r\u001b[K',
    ]);
  });
});

describe('text of servers', () => {
  it('cannot give orders to a terminal', () => {
    expect(plainLine('a\u001b[2Jb\rc\u202ed\n')).toBe('a\\u{1b}[2Jb\\u{d}c\\u{202e}d\\u{a}');
    expect(plainText('a\tb\nc\u0007')).toBe('a\tb\nc\\u{7}');
  });
});
