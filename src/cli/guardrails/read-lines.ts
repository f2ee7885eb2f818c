import { createReadStream } from 'node:fs';

/** One line of a file without its end; null = longer than is read. */
export interface FileLine {
  readonly number: number;
  readonly text: string | null;
}

/** Longest line read. The rest of a longer one is passed over, so that no file can fill the memory. */
const MAX_LINE_CHARS = 16 * 1_024 * 1_024;

/** The lines of a UTF-8 file, one at a time. */
export async function* readLines(file: string): AsyncGenerator<FileLine> {
  let held: string[] = [];
  let chars = 0;
  let number = 0;
  const take = (): FileLine => {
    const text = chars > MAX_LINE_CHARS ? null : held.join('');
    held = [];
    chars = 0;
    return { number: ++number, text };
  };
  for await (const chunk of createReadStream(file, { encoding: 'utf8' })) {
    const parts = (chunk as string).split('\n');
    for (const [index, part] of parts.entries()) {
      if (index > 0) yield take();
      chars += part.length;
      if (chars <= MAX_LINE_CHARS) held.push(part);
    }
  }
  if (chars > 0) yield take();
}
