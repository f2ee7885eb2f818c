// A picture of an asciicast whose output only adds lines, with the styles of colours.mjs. Each output appears one step after the other,
// at a pace for reading rather than its own; without animation, and for readers who want none, all of it is there.
import { piecesOf } from './colours.mjs';

const CHAR_WIDTH = 7.8;
const LINE_HEIGHT = 17;
const FONT_SIZE = 13;
const BASELINE = 13;
const MARGIN = 16;
const STEP_S = 1.5;
// Contrast on the background: at least 4.5 to 1 (WCAG 2.2, 1.4.3).
const STYLE = `text{font:${FONT_SIZE}px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:#d6deeb;white-space:pre}
.bold{font-weight:700;fill:#fff}.dim{fill:#8b9bb4}.red{fill:#ff8a80}.green{fill:#7ee787}.yellow{fill:#f2cc60}.cyan{fill:#79c0ff}
@media (prefers-reduced-motion:no-preference){g{animation:show .01s steps(1) backwards}}
@keyframes show{from{opacity:0}to{opacity:1}}`;

const ESCAPES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };
// XML 1.0 allows none of the control characters that could be left.
const escaped = (text) => text.replace(/\p{Cc}/gu, '').replace(/[&<>"']/g, (char) => ESCAPES[char]);
const rounded = (n) => Number(n.toFixed(1));

/** Every piece is placed and stretched to its columns, so that no font moves them. */
function lineSvg(line, row) {
  const y = MARGIN + row * LINE_HEIGHT + BASELINE;
  let end = 0;
  const texts = [];
  for (const { style, text } of piecesOf(line)) {
    const column = end + text.length - text.trimStart().length;
    end += text.length;
    const words = text.trim();
    if (words === '') continue;
    const x = rounded(MARGIN + column * CHAR_WIDTH);
    const place = `x="${x}" y="${y}" textLength="${rounded(words.length * CHAR_WIDTH)}"`;
    texts.push(`<text ${place}${style === undefined ? '' : ` class="${style}"`}>${escaped(words)}</text>`);
  }
  return texts.join('');
}

/**
 * @param cast content of a .cast file
 * @returns an SVG document without scripts, links or fonts from elsewhere
 */
export function castToSvg(cast) {
  const [{ width: columns, height: rows, title }, ...events] = cast
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  const [width, height] = [Math.ceil(columns * CHAR_WIDTH) + 2 * MARGIN, rows * LINE_HEIGHT + 2 * MARGIN];
  let row = 0;
  const groups = events.map(([, , text], index) => {
    const lines = text
      .split('\r\n')
      .slice(0, -1)
      .map((line) => lineSvg(line, row++));
    return `<g style="animation-delay:${rounded(index * STEP_S)}s">${lines.join('\n')}</g>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" xml:space="preserve" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="t d">
<title id="t">${escaped(title)}</title>
<desc id="d">A terminal that shows the output of one real run of npm run demo, step by step.</desc>
<style>${STYLE}</style>
<rect width="${width}" height="${height}" rx="8" fill="#161b26"/>
${groups.join('\n')}
</svg>
`;
}
