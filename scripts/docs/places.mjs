// Which file of the site stands for which file of the repository. Folders are kept, so that most relative links stay as they are.
import { statSync } from 'node:fs';
import path from 'node:path';

const COPIED = new Set(['.svg', '.png']);

/** What becomes of a file or folder: `page` (Markdown), `copy` (a picture), `folder` (a list), `text` (shown as it is). */
export function kindOf(root, file) {
  if (statSync(path.join(root, file)).isDirectory()) return 'folder';
  const extension = path.posix.extname(file);
  if (extension === '.md') return 'page';
  return COPIED.has(extension) ? 'copy' : 'text';
}

/** Path in the site. */
export function placeOf(root, file) {
  const kind = kindOf(root, file);
  if (kind === 'page') return file.replace(/\.md$/, '.html');
  if (kind === 'copy') return file;
  return kind === 'folder' ? path.posix.join(file, 'index.html') : `${file}.html`;
}

/** A link from one place of the site to another, as a relative URL. */
export function hrefBetween(from, to, anchor = '') {
  const relative = path.posix.relative(path.posix.dirname(from), to);
  return encodeURI(relative) + (anchor === '' ? '' : `#${anchor}`);
}

/** A link of a document: to the web, or to a file of the repository. */
export function targetOf(file, href) {
  if (/^[a-z][a-z0-9+.-]*:/i.test(href)) return null;
  const [name = '', anchor = ''] = href.split('#');
  const folder = path.posix.dirname(file);
  return { file: name === '' ? file : path.posix.join(folder, decodeURI(name)).replace(/\/$/, ''), anchor };
}
