/** Longest window, in code units: the dearest detector takes some 1.5 ms for one of hostile text. */
export const MAX_WINDOW = 8_192;

/** The part `[from, to)` of a text that a scanner works on now. Looking at `text` outside of it is allowed. */
export interface TextWindow {
  readonly text: string;
  readonly from: number;
  readonly to: number;
  /** The code units of the part; typed arrays are read several times faster than strings. */
  readonly units:
    | { readonly width: 8; readonly codes: Uint8Array }
    /** For a text with characters past U+00FF. */
    | { readonly width: 16; readonly codes: Uint16Array };
}

/** Shared by all windows: the units of a window are good until the next one is opened. */
const latin1 = Buffer.alloc(MAX_WINDOW);
const utf16 = Buffer.alloc(MAX_WINDOW * 2);
const narrow = { width: 8, codes: latin1 } as const;
const wide = { width: 16, codes: new Uint16Array(utf16.buffer, utf16.byteOffset, MAX_WINDOW) } as const;

/** A window of at most {@link MAX_WINDOW} code units. `isLatin1`: every character of the text is below U+0100. */
export function openWindow(text: string, from: number, to: number, isLatin1: boolean): TextWindow {
  const part = from === 0 && to === text.length ? text : text.slice(from, to);
  if (isLatin1) latin1.write(part, 'latin1');
  else utf16.write(part, 'utf16le');
  return { text, from, to, units: isLatin1 ? narrow : wide };
}
