import { PassThrough } from 'node:stream';
import type { ReadStream } from 'node:tty';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { askHidden } from '../../../src/cli/clients/ask-hidden.js';

/** A terminal without a screen. */
class Terminal extends PassThrough {
  isRaw = false;
  setRawMode(isRaw: boolean): this {
    this.isRaw = isRaw;
    return this;
  }
}

let terminal: Terminal;
let shown: string;
let answer: Promise<string>;
beforeEach(() => {
  terminal = new Terminal();
  shown = '';
  answer = askHidden('Key: ', terminal as unknown as ReadStream, (text) => (shown += text));
});

describe('a key that is typed', () => {
  it('is read to the end of the line and never shown', async () => {
    expect(terminal.isRaw).toBe(true);
    terminal.write('abx\u007f');
    terminal.write('c\rrest');
    expect(await answer).toBe('abc');
    expect(shown).toBe('Key: \n');
    expect([terminal.isRaw, terminal.isPaused()]).toEqual([false, true]);
  });

  it.each([
    ['Ctrl-C', (): unknown => terminal.write('ab\u0003'), /Cancelled\. Nothing was changed/],
    ['Ctrl-D on an empty line', (): unknown => terminal.write('\u0004'), /Cancelled/],
    ['a closed terminal', (): unknown => terminal.destroy(), /terminal was closed/],
  ])('is given up after %s, with the terminal as it was', async (_what, act, message) => {
    act();
    await expect(answer).rejects.toThrow(message);
    expect(terminal.isRaw).toBe(false);
  });
});
