/** Control characters, and those that turn the direction of text or break lines: a terminal would obey them. */
const UNSAFE = /[\p{Cc}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

/** Text of outside origin for a terminal: characters that could move the cursor or hide what stands there become `\u{…}`. */
export function plainLine(text: string): string {
  return text.replace(UNSAFE, (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`);
}

/** The same for text of several lines; line feeds and tabs stay. */
export function plainText(text: string): string {
  return text
    .split('\n')
    .map((line) => line.split('\t').map(plainLine).join('\t'))
    .join('\n');
}

/** JSON of the same value in which no character can move a cursor or turn text: JSON.stringify leaves U+007F to U+009F (CSI among them) as they are. */
export function plainJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replace(UNSAFE, (char) =>
    char === '\n' ? char : `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
