// What stands around the text of every page.
import { escapeHtml } from './markdown.mjs';
import { hrefBetween } from './places.mjs';

export const STYLE = 'style.css';
/** Headings below this level are not in the table of contents. */
const DEEPEST = 3;

function navigation(groups, place) {
  const entry = ({ text, place: to }) => {
    const current = to === place ? ' aria-current="page"' : '';
    return `<li><a href="${escapeHtml(hrefBetween(place, to))}"${current}>${escapeHtml(text)}</a></li>`;
  };
  return groups
    .map(({ name, links }) => `<h2>${escapeHtml(name)}</h2>\n<ul>\n${links.map(entry).join('\n')}\n</ul>`)
    .join('\n');
}

function contents(headings) {
  const entries = headings
    .filter(({ level }) => level > 1 && level <= DEEPEST)
    .map(
      ({ level, text, anchor }) =>
        `<li class="level-${level}"><a href="#${escapeHtml(anchor)}">${escapeHtml(text)}</a></li>`,
    );
  if (entries.length < 2) return '';
  return `<nav class="contents" aria-label="On this page">\n<h2>On this page</h2>\n<ul>\n${entries.join('\n')}\n</ul>\n</nav>\n`;
}

/** A whole page. @param place where it stands in the site */
export function pageOf({ place, title, html, headings, groups, home }) {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)} – Secure MCP Gateway</title>
<link rel="stylesheet" href="${hrefBetween(place, STYLE)}">
</head>
<body>
<nav class="site" aria-label="All pages">
<p><a href="${hrefBetween(place, home)}">Secure MCP Gateway</a></p>
${navigation(groups, place)}
</nav>
<main>
${contents(headings)}<article>
${html}</article>
</main>
</body>
</html>
`;
}

/** The root of the site leads on to the index of the documents. */
export function forwarding(to) {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="refresh" content="0; url=${to}">
<title>Secure MCP Gateway</title>
</head>
<body><p><a href="${to}">Documentation</a></p></body>
</html>
`;
}
