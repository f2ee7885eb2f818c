import type { Coding } from '../text-detector.js';
import type { MappedText } from './escapes.js';
import type { Piece } from './pieces.js';

/** The pieces of each coding as one text, a line each: however many there are, all of them are read. */
export function joinPieces(pieces: readonly Piece[]): readonly MappedText[] {
  const groups = new Map<Coding, Piece[]>();
  for (const piece of pieces) {
    const group = groups.get(piece.coding);
    if (group === undefined) groups.set(piece.coding, [piece]);
    else group.push(piece);
  }
  return [...groups].map(([coding, group]) => {
    const at: number[] = [];
    let length = 0;
    for (const { text } of group) {
      at.push(length);
      length += text.length + 1;
    }
    return {
      coding,
      text: group.map(({ text }) => text).join('\n'),
      at,
      sourceAt: group.map(({ start }) => start),
      lengths: group.map(({ start, end }) => end - start),
    };
  });
}
