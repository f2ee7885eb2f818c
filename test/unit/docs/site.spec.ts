import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const ROOT = resolve(import.meta.dirname, '../../..');
const DOCUMENTS = [
  'README.md',
  'CHANGELOG.md',
  'SECURITY.md',
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => join('docs', file)),
];
/** What Markdown and the layout need. Anything else in a page came out of a text. */
const TAGS =
  'a article blockquote body code div em h1 h2 h3 h4 head html img li link main meta nav ol p pre strong table tbody td th thead title tr ul';

type WriteSite = (root: string, out: string) => { readonly pages: readonly string[] };

let writeSite: WriteSite;
let folder: string;
let site: string;
let pages: ReadonlyMap<string, string>;

beforeAll(async () => {
  const script = (await import(pathToFileURL(join(ROOT, 'scripts/docs/site.mjs')).href)) as { writeSite: WriteSite };
  writeSite = script.writeSite;
  folder = mkdtempSync(join(tmpdir(), 'site-'));
  site = join(folder, 'whole');
  const written = writeSite(ROOT, site).pages;
  pages = new Map([...written, 'index.html'].map((page) => [page, readFileSync(join(site, page), 'utf8')]));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const valuesOf = (html: string, attribute: string): string[] =>
  [...html.matchAll(new RegExp(`<[^>]*\\s${attribute}="([^"]*)"`, 'g'))].map(([, value = '']) => value);

/** Links that lead to no file of the site, or to no id in it. */
function brokenIn(page: string, html: string): string[] {
  return [...valuesOf(html, 'href'), ...valuesOf(html, 'src')]
    .filter((href) => !/^[a-z]+:/.test(href))
    .filter((href) => {
      const [path = '', anchor] = decodeURI(href).split('#');
      const file = path === '' ? page : join(dirname(page), path);
      if (relative(site, join(site, file)).startsWith('..') || !existsSync(join(site, file))) return true;
      return anchor !== undefined && !valuesOf(pages.get(file) ?? '', 'id').includes(anchor);
    });
}

const eachPage = (faultsOf: (html: string, page: string) => readonly string[]): string[] =>
  [...pages].flatMap(([page, html]) => faultsOf(html, page).map((fault) => `${page}: ${fault}`));

describe('the site of the documents', () => {
  it('has a page for every document', () => {
    const places = DOCUMENTS.map((file) => file.replace(/\.md$/, '.html'));
    expect(places.filter((place) => !pages.has(place))).toEqual([]);
    expect(places.length).toBeGreaterThan(50);
  });

  it('has no link that leads nowhere, to a file or to a heading', () => {
    expect(eachPage((html, page) => brokenIn(page, html))).toEqual([]);
  });

  it('leads to every document from its navigation, the decisions through their list', () => {
    const [home = ''] = [pages.get('docs/index.html')];
    const linked = new Set(valuesOf(home, 'href').map((href) => join('docs', href.split('#')[0] ?? '')));
    const list = valuesOf(pages.get('docs/adr/index.html') ?? '', 'href').map((href) => join('docs/adr', href));
    const missing = DOCUMENTS.map((file) => file.replace(/\.md$/, '.html')).filter((place) => !linked.has(place));
    expect(missing.filter((place) => !list.includes(place))).toEqual([]);
  });

  it('loads nothing from elsewhere, and runs nothing', () => {
    const outside = /^(?:[a-z]+:|\/\/)/i;
    expect(eachPage((html) => valuesOf(html, 'src').filter((src) => outside.test(src)))).toEqual([]);
    const sheets = eachPage((html) =>
      [...html.matchAll(/<link[^>]*>/g)]
        .flatMap(([link]) => valuesOf(link, 'href'))
        .filter((href) => outside.test(href)),
    );
    expect(sheets).toEqual([]);
    expect(eachPage((html) => [...html.matchAll(/<(?:script|style|iframe)\b|\son\w+=/gi)].map(([tag]) => tag))).toEqual(
      [],
    );
    expect(readFileSync(join(site, 'style.css'), 'utf8')).not.toMatch(/url\(|@import|https?:/);
  });

  it('shows the text of code as text', () => {
    const blocks = [...pages].flatMap(([page, html]) =>
      [...html.matchAll(/<pre>(.*?)<\/pre>/gs)].map(([, block = '']) => ({ page, block })),
    );
    expect(blocks.length).toBeGreaterThan(100);
    const raw = blocks.filter(({ block }) =>
      /<(?!\/?code)/.test(block.replace(/^<code(?: class="language-\w+")?>/, '')),
    );
    expect(raw).toEqual([]);
    expect(pages.get('README.html')).toContain('&quot;apikey&quot;: &quot;&lt;the gateway key&gt;&quot;');
    const known = new Set(TAGS.split(' '));
    const tags = eachPage((html) =>
      [...html.matchAll(/<([a-z]\w*)/gi)].map(([, tag = '']) => tag).filter((tag) => !known.has(tag)),
    );
    expect(tags).toEqual([]);
  });

  it('has a table of contents on a page with several headings, and marks the page in the navigation', () => {
    const page = pages.get('docs/operations.html') ?? '';
    expect(page).toMatch(/<nav class="contents"[^]*<a href="#the-audit-log">The audit log<\/a>[^]*<\/nav>/);
    expect(page).toContain('<a href="operations.html" aria-current="page">');
  });
});

describe('a site of hostile documents', () => {
  const build = (files: Readonly<Record<string, string>>): string => {
    const root = mkdtempSync(join(folder, 'root-'));
    for (const name of ['README.md', 'CHANGELOG.md', 'SECURITY.md']) cpSync(join(ROOT, 'LICENSE'), join(root, name));
    mkdirSync(join(root, 'docs'));
    const all = { 'docs/index.md': '# Index\n\n**First:** [page](page.md)\n', ...files };
    for (const [name, text] of Object.entries(all)) writeFileSync(join(root, name), text);
    writeSite(root, join(root, 'site'));
    return readFileSync(join(root, 'site/docs/page.html'), 'utf8');
  };

  it('shows HTML, numbers equal headings, and escapes what stands in them', () => {
    const html = build({
      'docs/page.md':
        '# A <b>\n\n<script>alert(1)</script>\n\n## Same\n\n## Same\n\n## `<x> & "y"`\n\n```\n</code><img src=x>\n```\n',
    });
    expect(html).not.toMatch(/<script|<img|<b>|<x>/);
    expect(valuesOf(html, 'id')).toEqual(['a-b', 'same', 'same-1', 'x--y']);
    expect(html).toContain('<code>&lt;/code&gt;&lt;img src=x&gt;</code>');
  });

  it('is not written with a link that leads nowhere, or out of the repository', () => {
    expect(() => build({ 'docs/page.md': '[x](missing.md)' })).toThrow('docs/page.md links to missing.md');
    expect(() => build({ 'docs/page.md': '[x](../../../etc/passwd)' })).toThrow('is not there');
  });
});
