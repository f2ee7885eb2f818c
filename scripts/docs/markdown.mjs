// One document to HTML: headings get the anchors that GitHub gives them, links become links of the site, HTML in the text is shown and not used.
import { Marked } from 'marked';

const ENTITIES = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
]);

export function escapeHtml(text) {
  return text.replace(/[&<>"]/g, (sign) => ENTITIES.get(sign));
}

/** As GitHub makes them; the same heading again gets a number. */
function anchorMaker() {
  const seen = new Map();
  return (text) => {
    const anchor = text
      .trim()
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\p{M}_\- ]/gu, '')
      .replaceAll(' ', '-');
    const times = seen.get(anchor) ?? 0;
    seen.set(anchor, times + 1);
    return times === 0 ? anchor : `${anchor}-${times}`;
  };
}

/** The words of a heading or a paragraph, without marks. */
function plainText(tokens) {
  return tokens.map((token) => (token.tokens === undefined ? (token.text ?? '') : plainText(token.tokens))).join('');
}

/** The only HTML of the documents are marks in comments, which say nothing to readers. */
const withoutComments = (html) => escapeHtml(html.replace(/<!--[^]*?-->/g, '').trim());

/**
 * {html, title, headings: [{level, text, anchor}]}
 * @param hrefOf link of the document -> link of the site; throws for one that leads nowhere
 */
export function render(text, hrefOf) {
  const anchorOf = anchorMaker();
  const headings = [];
  const marked = new Marked({
    gfm: true,
    renderer: {
      heading({ tokens, depth }) {
        const words = plainText(tokens);
        const anchor = anchorOf(words);
        headings.push({ level: depth, text: words, anchor });
        return `<h${depth} id="${escapeHtml(anchor)}">${this.parser.parseInline(tokens)}</h${depth}>\n`;
      },
      link({ href, tokens }) {
        return `<a href="${escapeHtml(hrefOf(href))}">${this.parser.parseInline(tokens)}</a>`;
      },
      image({ href, text: alternative }) {
        return `<img src="${escapeHtml(hrefOf(href))}" alt="${escapeHtml(alternative)}">`;
      },
      code({ text: code, lang }) {
        const language = /^\w+/.exec(lang ?? '')?.[0];
        const name = language === undefined ? '' : ` class="language-${language}"`;
        return `<pre><code${name}>${escapeHtml(code)}</code></pre>\n`;
      },
      html({ text: html }) {
        return withoutComments(html);
      },
    },
  });
  const html = marked.parse(text).replace(/<table>[^]*?<\/table>/g, (table) => `<div class="table">${table}</div>`);
  return { html, headings, title: headings[0]?.text };
}

/** The index as groups of links: each paragraph `**Name:** [text](href) · …` is one. */
export function groupsOf(text) {
  return new Marked()
    .lexer(text)
    .filter(({ type, tokens }) => type === 'paragraph' && tokens[0]?.type === 'strong')
    .map(({ tokens }) => ({
      name: plainText([tokens[0]]).replace(/:$/, ''),
      links: tokens.filter(({ type }) => type === 'link').map((link) => ({ text: plainText([link]), href: link.href })),
    }));
}
