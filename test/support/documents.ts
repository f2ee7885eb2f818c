import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { ROOT } from './gateway.js';

/** Every document of the repository, as paths from its root. */
export const DOCUMENTS: readonly string[] = [
  ...markdownIn('.'),
  ...markdownIn('docs'),
  ...markdownIn('docs/adr'),
  ...markdownIn('docs/guardrails'),
  ...markdownIn('bench'),
  ...markdownIn('examples/servers'),
];

function markdownIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name));
}

export function read(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8');
}

/** A fenced block of code. */
export interface Block {
  /** The document it stands in. */
  readonly file: string;
  /** The heading of second level above it. */
  readonly section: string;
  /** The comment in front, for example `config server`; '' = none. */
  readonly mark: string;
  readonly language: string;
  readonly text: string;
}

/** The fenced blocks of a document, in their order. */
export function blocksOf(file: string): Block[] {
  const fence = /^## (.+)$|(?:<!-- ((?:config|client|exit) \w+|audit line) -->\n\n)?^```(\w*)\n([^]*?)^```$/gm;
  let section = '';
  const blocks: Block[] = [];
  for (const [, heading, mark = '', language = '', text = ''] of read(file).matchAll(fence)) {
    if (heading !== undefined) section = heading;
    else blocks.push({ file, section, mark, language, text });
  }
  return blocks;
}

export function isShell({ language }: Block): boolean {
  return language === 'sh' || language === 'bash';
}

/** Text that a reader may copy: code blocks and code spans. */
export function codeOf(file: string): string {
  const spans = withoutBlocks(file).matchAll(/`([^`\n]+)`/g);
  return [...blocksOf(file).map(({ text }) => text), ...[...spans].map(([, span = '']) => span)].join('\n');
}

function withoutBlocks(file: string): string {
  return read(file).replace(/^```[^]*?^```$/gm, '');
}

/** Targets of links and pictures that lead nowhere; addresses on the web are not looked at. */
export function brokenLinks(file: string): string[] {
  return [...withoutBlocks(file).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^https?:/.test(target) && !leadsSomewhere(file, target));
}

function leadsSomewhere(from: string, target: string): boolean {
  const [path = '', anchor] = target.split('#');
  const file = path === '' ? from : join(dirname(from), path);
  if (relative(ROOT, join(ROOT, file)).startsWith('..') || !existsSync(join(ROOT, file))) return false;
  return anchor === undefined || anchorsOf(file).includes(anchor);
}

/** Anchors as GitHub makes them. */
function anchorsOf(file: string): string[] {
  return [...withoutBlocks(file).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
