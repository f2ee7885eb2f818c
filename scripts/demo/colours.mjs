// Text with the few SGR colours that the demo uses (ECMA-48, 8.3.117), and the way back.

const CODES = new Map([
  ['bold', '1'],
  ['dim', '2'],
  ['red', '31'],
  ['green', '32'],
  ['yellow', '33'],
  ['cyan', '36'],
]);
const NAMES = new Map([...CODES].map(([name, code]) => [code, name]));
const INTRODUCER = '\u001b[';

/** @param style a name, or undefined for none */
export function styled(style, text) {
  return style === undefined ? text : `${INTRODUCER}${CODES.get(style)}m${text}${INTRODUCER}0m`;
}

/** The pieces of a text made of `styled` ones: [{style, text}], style undefined for plain text. */
export function piecesOf(text) {
  return text
    .split(INTRODUCER)
    .map((piece, index) => {
      const end = index === 0 ? -1 : piece.indexOf('m');
      return { style: NAMES.get(piece.slice(0, Math.max(end, 0))), text: piece.slice(end + 1) };
    })
    .filter((piece) => piece.text !== '');
}

/** The same text for places without colours. */
export function withoutColours(text) {
  return piecesOf(text)
    .map((piece) => piece.text)
    .join('');
}
