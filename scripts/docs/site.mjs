// The documents as a site: every document, and whatever they link to in the repository, so that no link leads out of the folder.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { forwarding, pageOf, STYLE } from './layout.mjs';
import { escapeHtml, groupsOf, render } from './markdown.mjs';
import { hrefBetween, kindOf, placeOf, targetOf } from './places.mjs';

const INDEX = 'docs/index.md';
const FIRST = [INDEX, 'README.md', 'CHANGELOG.md', 'SECURITY.md'];

/**
 * Writes the site. Returns the paths of its pages.
 * @throws Error for a link that leads nowhere
 */
export function writeSite(root, out) {
  const waiting = new Set([...FIRST, ...documentsBelow(root, 'docs')]);
  const index = readFileSync(path.join(root, INDEX), 'utf8');
  const home = placeOf(root, INDEX);
  const groups = groupsOf(index).map(({ name, links }) => ({ name, links: links.map((link) => placed(root, link)) }));
  const pages = [];
  // Grows while it is walked: what a page links to is a page as well.
  for (const file of waiting) {
    const place = placeOf(root, file);
    if (kindOf(root, file) === 'copy') {
      write(out, place, readFileSync(path.join(root, file)));
      continue;
    }
    const page = contentOf(root, file, (href) => follow(root, file, href, waiting));
    write(out, place, pageOf({ place, groups, home, ...page }));
    pages.push(place);
  }
  write(out, 'index.html', forwarding(home));
  cpSync(path.join(import.meta.dirname, STYLE), path.join(out, STYLE));
  return { pages };
}

function documentsBelow(root, folder) {
  return readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => path.posix.join(folder, name.replaceAll('\\', '/')))
    .sort();
}

function placed(root, { text, href }) {
  const target = existing(root, INDEX, href);
  return { text, place: placeOf(root, target.file) };
}

function existing(root, file, href) {
  const target = targetOf(file, href);
  const isThere = target !== null && !target.file.startsWith('..') && existsSync(path.join(root, target.file));
  if (!isThere) throw new Error(`${file} links to ${href}, which is not there`);
  return target;
}

/** The link in the site, and the note that its target belongs to the site. */
function follow(root, file, href, waiting) {
  if (targetOf(file, href) === null) return href;
  const { file: to, anchor } = existing(root, file, href);
  waiting.add(to);
  return hrefBetween(placeOf(root, file), placeOf(root, to), anchor);
}

function contentOf(root, file, hrefOf) {
  const kind = kindOf(root, file);
  if (kind === 'folder') return listOf(root, file, hrefOf);
  const text = readFileSync(path.join(root, file), 'utf8');
  if (kind === 'text') {
    return {
      title: file,
      headings: [],
      html: `<h1>${escapeHtml(file)}</h1>\n<pre><code>${escapeHtml(text)}</code></pre>\n`,
    };
  }
  const { title = file, ...page } = render(text, hrefOf);
  return { title, ...page };
}

/** The documents in a folder by their titles. */
function listOf(root, folder, hrefOf) {
  const entries = readdirSync(path.join(root, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => {
      const [, title = name] = /^# (.+)$/m.exec(readFileSync(path.join(root, folder, name), 'utf8')) ?? [];
      // Links are relative to the documents in the folder, and a link of the folder itself is not.
      const href = hrefOf(`${path.posix.basename(folder)}/${name}`);
      return `<li><a href="${href}">${escapeHtml(title)}</a></li>`;
    });
  return { title: folder, headings: [], html: `<h1>${escapeHtml(folder)}</h1>\n<ul>\n${entries.join('\n')}\n</ul>\n` };
}

function write(out, place, content) {
  const file = path.join(out, place);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, content);
}
