import { PII_ENTITIES, type PiiEntity } from '../../../contracts/finding.js';
import type { Hit } from '../hit.js';
import type { RuleInfo } from '../rule-info.js';
import { SECRET_RULES, SECRET_RULE_INFOS } from '../secrets/secrets.rules.js';
import type { Coding, TextContext, TextCursor, TextDetector, TextView } from '../text-detector.js';
import type { TextWindow } from '../text-window.js';
import { Anchors, type AnchoredRule, type AnchorSink } from './anchors.js';
import { BIRTH_DATE_RULE } from './birth-date.js';
import { CRYPTO_RULES } from './crypto-wallet.js';
import { ID_RULES } from './id-rules.js';
import { LABEL_RULES } from './label-rules.js';
import { NUMBER_RULES } from './number-rules.js';
import { PiiCursor, PiiDetector } from './pii-detector.js';
import { infoOf, type PiiRule, SCANNED_RULES } from './pii.rules.js';
import { SettledHits } from './settled-hits.js';
import { type WordEntities, WordScan } from './word-scan.js';

/** Values up to this length are read together with the name of their field, as one line `field: value`. */
const MAX_LABELLED = 512;

/** Guesses at what a text would say, made for orders: digits read as letters, words turned around. */
const DISGUISES: ReadonlySet<Coding> = new Set(['spaced', 'split', 'leet', 'accents', 'reversed', 'rot13']);

const PII_RULES: readonly PiiRule[] = [...ID_RULES, BIRTH_DATE_RULE, ...CRYPTO_RULES, ...LABEL_RULES, ...NUMBER_RULES];

/** What each rule finds. */
export const PII_RULE_INFOS: readonly RuleInfo[] = [
  ...SCANNED_RULES,
  ...PII_RULES.filter(({ summary }) => summary !== '').map(({ id, entity, summary }) => infoOf(id, entity, summary)),
  ...SECRET_RULE_INFOS,
];

let anchorsOfAll: Anchors | undefined;

function anchorsOf(entities: readonly PiiEntity[]): Anchors {
  const rules: readonly AnchoredRule[] = [...SECRET_RULES, ...PII_RULES].filter(({ entity }) =>
    entities.includes(entity),
  );
  if (!PII_ENTITIES.every((entity) => entities.includes(entity))) return new Anchors(rules);
  anchorsOfAll ??= new Anchors(rules);
  return anchorsOfAll;
}

/**
 * Personal data and secrets in one text: formats and checksums ({@link PiiDetector}), values beside labels and keys of known form
 * (one automaton over all literals), names, addresses and network addresses at the heads of words.
 */
export class PiiTextDetector implements TextDetector {
  readonly name = 'pii';
  readonly readsDecoded = true;
  readonly #entities: readonly PiiEntity[];
  readonly #formats: PiiDetector;
  readonly #anchors: Anchors;
  readonly #words: WordEntities;

  constructor({ entities }: { readonly entities: readonly PiiEntity[] } = { entities: PII_ENTITIES }) {
    this.#entities = entities;
    this.#formats = new PiiDetector(entities);
    this.#anchors = anchorsOf(entities);
    this.#words = {
      ids: entities.includes('NATIONAL_ID'),
      ip: entities.includes('IP_ADDRESS'),
      mac: entities.includes('MAC_ADDRESS'),
      crypto: entities.includes('CRYPTO'),
      person: entities.includes('PERSON'),
      address: entities.includes('ADDRESS'),
    };
  }

  open({ text, codings }: TextView, { field }: TextContext): TextCursor | null {
    if (this.#entities.length === 0 || text === '' || codings.some((coding) => DISGUISES.has(coding))) return null;
    if (field === '' || text.length > MAX_LABELLED) return new Scan(this.#formats, this.#anchors, this.#words, field);
    return new LabelledScan(this.#formats, this.#anchors, this.#words, { field, text });
  }
}

/** A text read window by window. */
class Scan implements TextCursor {
  readonly #formats: PiiDetector;
  readonly #anchors: Anchors;
  readonly #words: WordScan;
  readonly #field: string;
  readonly #found = new SettledHits();
  readonly #hits = this.#found.waiting;
  readonly #cursor = new PiiCursor(this.#hits);
  #state = 0;
  /** Hits that have their rule. */
  readonly #sink: AnchorSink = ({ id, entity }, { start, end, score }) => {
    this.#hits.push({ detector: 'pii', category: entity, rule: id, score, start, end });
  };

  constructor(formats: PiiDetector, anchors: Anchors, words: WordEntities, field: string) {
    this.#formats = formats;
    this.#anchors = anchors;
    this.#words = new WordScan(words, this.#hits);
    this.#field = field;
  }

  scan(window: TextWindow): void {
    const { text, from, to, units } = window;
    this.#formats.scan(window, this.#field, this.#cursor);
    this.#state = this.#anchors.scan(window, this.#state, this.#sink);
    this.#words.scan({ text, from, to, codes: units.codes });
    this.#found.settle(to);
  }

  finish(): readonly Hit[] {
    return this.#found.finish();
  }
}

const MAX_LABEL = 64;
/** Units of the line that is being read; nothing waits in between. */
const lineCodes = new Uint16Array(MAX_LABEL + 2 + MAX_LABELLED);

/** A short value with the name of its field in front; the windows of the text itself are not needed. */
class LabelledScan implements TextCursor {
  readonly #scan: Scan;
  readonly #lead: string;
  readonly #line: string;

  constructor(formats: PiiDetector, anchors: Anchors, words: WordEntities, value: { field: string; text: string }) {
    this.#scan = new Scan(formats, anchors, words, value.field);
    this.#lead = `${value.field.slice(0, MAX_LABEL)}: `;
    this.#line = this.#lead + value.text;
  }

  scan(): void {
    // The whole line is read at the end.
  }

  finish(): readonly Hit[] {
    const line = this.#line;
    for (let i = 0; i < line.length; i++) lineCodes[i] = line.charCodeAt(i);
    this.#scan.scan({ text: line, from: 0, to: line.length, units: { width: 16, codes: lineCodes } });
    const hits = this.#scan.finish();
    if (hits.length === 0) return hits;
    const shift = this.#lead.length;
    return hits
      .filter(({ end }) => end > shift)
      .map((hit) => ({ ...hit, start: Math.max(0, hit.start - shift), end: hit.end - shift }));
  }
}
