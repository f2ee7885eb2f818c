// npm run new:detector NAME: the file of a text detector, its corpus of true and false positives with a spec, and its row in the registry.
// The spec fails until the rule finds what the corpus says: the first thing to do with a new detector is to write down what it is for.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const USAGE = `Usage: npm run new:detector NAME [-- --root DIR]

NAME: snake_case, as users will write it in "block" lists, such as spam_link. Made are
  src/guardrails/local/<name>/<name>-detector.ts   the detector, with one rule that finds nothing yet
  src/guardrails/local/<name>/<name>.rules.ts      what "guardrails explain" says of its rules
  test/corpus/<name>.jsonl                         two true and two false positives, to be replaced
  test/unit/guardrails/<name>.spec.ts              scores the detector over the corpus; fails until the rule is written
and a row in src/guardrails/local/detectors.ts, the name in src/contracts/finding.ts, and its options (a threshold) in
src/contracts/detector-options.ts and src/config/schema-detectors.ts.
`;

const args = process.argv.slice(2);
const rootAt = args.indexOf('--root');
const root = rootAt < 0 ? process.cwd() : (args[rootAt + 1] ?? '');
const name = args.find((arg, index) => !arg.startsWith('-') && (rootAt < 0 || index !== rootAt + 1));

if (args.includes('--help') || args.includes('-h')) {
  process.stdout.write(USAGE);
} else if (name === undefined || !/^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$/.test(name)) {
  fail(`${name === undefined ? 'A name is missing' : `"${name}" is not snake_case`}.\n\n${USAGE}`);
} else {
  make(name);
}

function make(detector) {
  const kebab = detector.replaceAll('_', '-');
  const pascal = detector.replace(/(?:^|_)([a-z0-9])/g, (_, letter) => letter.toUpperCase());
  const constant = detector.toUpperCase();
  const files = {
    [`src/guardrails/local/${kebab}/${kebab}-detector.ts`]: detectorFile(detector, kebab, pascal, constant),
    [`src/guardrails/local/${kebab}/${kebab}.rules.ts`]: rulesFile(detector, constant),
    [`test/corpus/${detector}.jsonl`]: corpusFile(detector),
    [`test/unit/guardrails/${kebab}.spec.ts`]: specFile(detector, kebab, pascal, constant),
  };
  // Everything is checked before anything is written.
  for (const path of Object.keys(files)) if (existsSync(join(root, path))) fail(`${path} is there already.`);
  const edits = [
    edit('src/contracts/finding.ts', [
      [/(export const DETECTOR_NAMES = \[\n[^\]]*)\] as const/, `$1  '${detector}',\n] as const`],
      [/(BUILT_DETECTORS: readonly DetectorName\[\] = \[[^\]]*?),?\s*\]/, `$1, '${detector}']`],
    ]),
    edit('src/contracts/detector-options.ts', [
      [/(export interface DetectorOptions \{\n[^]*?)\n\}/, `$1\n  readonly ${detector}: ScoredOptions;\n}`],
    ]),
    edit('src/config/schema-detectors.ts', [
      [/(\n {2}hallucination: scoredOnly,)/, `$1\n  ${detector}: scoredOnly,`],
      [/(\n {2}'hallucination',)(\n\] as const;)/, `$1\n  '${detector}',$2`],
      [/(\n {2}hallucination: Object\.freeze\(\{\}\),)/, `$1\n  ${detector}: Object.freeze({}),`],
    ]),
    edit('src/guardrails/local/detectors.ts', [
      [
        /\n\nexport type TextDetectorName/,
        `\nimport { ${pascal}Detector } from './${kebab}/${kebab}-detector.js';\n\nexport type TextDetectorName`,
      ],
      [
        /(export const DETECTORS: DetectorBuilders = \{[^]*?)\s*\};/,
        `$1\n  ${detector}: (options) => new ${pascal}Detector(options),\n};`,
      ],
    ]),
  ];
  for (const [path, text] of [...Object.entries(files), ...edits]) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
    process.stdout.write(`  ${path}\n`);
  }
  process.stdout.write(`Next: write the corpus, then the rule, until this passes:
  npm run test:unit -- --testPathPatterns ${kebab}.spec
and \`npm run schema\`, which writes the config schema and its page anew.\n`);
}

function edit(path, replacements) {
  let text = readFileSync(join(root, path), 'utf8');
  for (const [pattern, replacement] of replacements) {
    if (!pattern.test(text)) fail(`${path} has no place for the detector: ${String(pattern)}`);
    text = text.replace(pattern, replacement);
  }
  return [path, text];
}

function detectorFile(detector, kebab, pascal, constant) {
  return `import type { ScoredOptions } from '../../../contracts/detector-options.js';
import type { Hit } from '../hit.js';
import type { TextCursor, TextDetector, TextView } from '../text-detector.js';
import type { TextWindow } from '../text-window.js';
import { ${constant}_RULES } from './${kebab}.rules.js';

const [FIRST] = ${constant}_RULES;
/** A literal that stands in every match: windows without it cost one search. */
const GATE = 'replace-me';
/** Bounded, so that it takes time linear in the text: no nested quantifier, no \`.*\`. */
const PATTERN = /\\breplace-me\\b/i;
/** Longest match, looked for across the border of two windows. */
const OVERLAP = 64;

/** Says in one sentence what it finds, and what it does not. */
export class ${pascal}Detector implements TextDetector {
  readonly name = '${detector}';
  readonly readsDecoded = true;
  readonly #threshold: number;

  constructor(options: ScoredOptions = {}) {
    this.#threshold = options.threshold ?? 0.5;
  }

  open(_view: TextView): TextCursor | null {
    return FIRST.score < this.#threshold ? null : new ${pascal}Cursor();
  }
}

class ${pascal}Cursor implements TextCursor {
  readonly #hits: Hit[] = [];

  scan({ text, from, to }: TextWindow): void {
    const start = Math.max(0, from - OVERLAP);
    const part = text.slice(start, to);
    if (!part.toLowerCase().includes(GATE)) return;
    const match = PATTERN.exec(part);
    if (match === null) return;
    const at = start + match.index;
    const { id: rule, category, score } = FIRST;
    this.#hits.push({ detector: '${detector}', category, rule, score, start: at, end: at + match[0].length });
  }

  finish(): readonly Hit[] {
    return this.#hits;
  }
}
`;
}

function rulesFile(detector, constant) {
  return `import type { RuleInfo } from '../rule-info.js';

/** Ids are stable: operators and reports name them. */
export const ${constant}_RULES = [
  {
    id: '${detector.replaceAll('_', '-')}.first',
    category: 'first',
    summary: 'Say what a match means.',
    remedy: 'Say what an operator does when it should not have fired.',
    /** How sure a match is, 0..1. */
    score: 0.9,
  },
] as const satisfies readonly (RuleInfo & { readonly score: number })[];
`;
}

function corpusFile(detector) {
  const row = (id, label, text, technique) =>
    JSON.stringify({
      id: `${detector}-${id}`,
      label,
      category: detector,
      text,
      source: 'own-sample',
      channel: 'tool_args',
      technique,
    });
  return `${[
    row(1, 1, 'A text that must be found.', 'plain'),
    row(2, 1, 'A TEXT THAT MUST BE FOUND, written in another way.', 'case'),
    row(3, 0, 'An ordinary text of the same kind.', 'plain'),
    row(4, 0, 'A text that talks about such texts.', 'look-alike'),
  ].join('\n')}\n`;
}

function specFile(detector, kebab, pascal, constant) {
  return `import { describe, expect, it } from '@jest/globals';
import { ${pascal}Detector } from '../../../src/guardrails/local/${kebab}/${kebab}-detector.js';
import { ${constant}_RULES } from '../../../src/guardrails/local/${kebab}/${kebab}.rules.js';
import { corpusOf, hitsIn, scoreCorpus } from '../../support/drive-detector.js';

describe('${detector} on its corpus', () => {
  const detector = new ${pascal}Detector();
  const rows = corpusOf('${detector}');

  it('finds what it should and leaves the rest alone', () => {
    expect(scoreCorpus(rows, () => detector)).toMatchObject({ recall: 1, falseAlarms: 0, wrong: [] });
  });

  it('explains every rule that fires', () => {
    const fired = new Set(rows.flatMap(({ text }) => hitsIn(detector, text).map(({ rule }) => rule ?? '')));
    expect([...fired].filter((id) => !${constant}_RULES.some((rule) => rule.id === id))).toEqual([]);
  });
});
`;
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}
