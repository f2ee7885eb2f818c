import type { FeatureBatch } from '../classifier/feature-batch.js';
import { featuresOf } from '../classifier/feature-stream.js';
import type { Hit } from '../hit.js';
import type { TextContext, TextCursor, TextDetector, TextView } from '../text-detector.js';
import type { TextWindow } from '../text-window.js';
import type { DetectorOptions } from '../../../contracts/detector-options.js';
import { resolveTopic, type ResolvedTopic } from './topic-resolution.js';
import { followedBy, MAX_TERM_WORDS, TopicTerms } from './topic-terms.js';

/** Score from which it fires. Texts of definitions name many things in passing. */
const THRESHOLDS = { argument: 0.5, result: 0.5, tool_description: 0.6, server_description: 0.6 } as const;
/** Passages of so many tokens are scored each, so that a paragraph on a topic is found in a long text. */
const PASSAGE = 64;
/** A term said again counts this much of the time before. */
const REPEATED = 0.35;
const MOST_TIMES = 4;
/** Evidence that a text of no length needs, and what each token adds: a long text holds single words of many topics. */
const NEEDED = 0.75;
const NEEDED_PER_TOKEN = 0.02;
/** In a question of a few words one hint is all that there can be. */
const SHORT = 6;
const NEEDED_IN_SHORT = 0.4;

/** Fires on text about one of a policy's topics, recognised by weighted terms. */
export class TopicDetector implements TextDetector {
  readonly name = 'topic_detector';
  readonly readsDecoded = true;
  readonly topics: readonly ResolvedTopic[];
  /** Topics for which the taxonomy has nothing: only their own words and near forms are looked for. */
  readonly unknownTopics: readonly string[];
  readonly notCheckable: readonly string[];
  readonly #terms: TopicTerms;
  readonly #threshold: number | undefined;

  constructor(options: DetectorOptions['topic_detector']) {
    this.topics = options.topics.map(resolveTopic);
    this.unknownTopics = this.topics.filter(({ entries }) => entries.length === 0).map(({ name }) => name);
    this.notCheckable = this.unknownTopics.map(
      (name) => `topic "${name}": no words are known for it but its own, so that most texts about it are missed`,
    );
    this.#terms = new TopicTerms(this.topics);
    this.#threshold = options.threshold;
  }

  open(view: TextView, context: TextContext): TextCursor | null {
    if (this.topics.length === 0) return null;
    const threshold = this.#threshold ?? THRESHOLDS[context.channel];
    return new TopicCursor(view, this.topics, this.#terms, threshold);
  }
}

const NO_HITS: readonly Hit[] = [];

interface Passage {
  readonly score: number;
  readonly start: number;
  readonly end: number;
}

class TopicCursor implements TextCursor {
  readonly #view: TextView;
  readonly #topics: readonly ResolvedTopic[];
  readonly #terms: TopicTerms;
  readonly #threshold: number;
  /** Of the passage being read: evidence per topic, and how often each term was seen. Most texts hold no term at all. */
  #evidence: Float64Array | null = null;
  #seen: Uint8Array | null = null;
  readonly #counted: number[] = [];
  readonly #best: (Passage | undefined)[] = [];
  /** Hashes of the terms that the last tokens may be the beginning of, by number of words. */
  readonly #open: number[] = [];
  #isOpen = 0;
  #isFirst = true;
  #tokens = 0;
  #start = 0;
  #end = 0;

  constructor(view: TextView, topics: readonly ResolvedTopic[], terms: TopicTerms, threshold: number) {
    this.#view = view;
    this.#topics = topics;
    this.#terms = terms;
    this.#threshold = threshold;
  }

  scan(window: TextWindow): void {
    const batch: FeatureBatch = featuresOf(this.#view).read(window);
    for (let i = 0; i < batch.tokens; i++) {
      if (this.#tokens === 0) this.#start = batch.starts[i] ?? 0;
      this.#end = batch.stops[i] ?? 0;
      this.#word(batch.words[i] ?? 0);
      if (++this.#tokens === PASSAGE) this.#close();
    }
  }

  finish(): readonly Hit[] {
    this.#close();
    if (this.#best.length === 0) return NO_HITS;
    return this.#best.flatMap((passage, topic) => {
      const name = this.#topics[topic]?.name ?? '';
      if (passage === undefined || passage.score < this.#threshold) return [];
      return [{ detector: 'topic_detector' as const, category: name, rule: 'topic.terms', ...passage }];
    });
  }

  /** Ends terms of several words that the word completes, longest first, and opens those that it begins. */
  #word(word: number): void {
    let kept = 0;
    for (let length = MAX_TERM_WORDS - 1; length > 0; length--) {
      if ((this.#isOpen & (1 << length)) === 0) continue;
      const hash = followedBy(this.#open[length] ?? 0, word);
      const found = this.#terms.find(hash);
      if (found === 0) continue;
      this.#count(found);
      if (length + 1 >= MAX_TERM_WORDS) continue;
      this.#open[length + 1] = hash;
      kept |= 1 << (length + 1);
    }
    const found = this.#terms.find(word);
    if (found !== 0) {
      this.#count(found);
      this.#open[1] = word;
      kept |= 2;
    }
    this.#isOpen = kept;
  }

  #count(found: number): void {
    const worths = this.#terms.worths[found] ?? [];
    if (worths.length === 0) return;
    const seen = (this.#seen ??= new Uint8Array(this.#terms.worths.length));
    const times = seen[found] ?? 0;
    if (times === MOST_TIMES) return;
    if (times === 0) this.#counted.push(found);
    seen[found] = times + 1;
    const part = REPEATED ** times;
    const evidence = (this.#evidence ??= new Float64Array(this.#topics.length));
    for (let i = 0; i < worths.length; i += 2) {
      const topic = worths[i] ?? 0;
      evidence[topic] = (evidence[topic] ?? 0) + (worths[i + 1] ?? 0) * part;
    }
  }

  #close(): void {
    if (this.#tokens === 0) return;
    // The last passage of a long text may be short, and is part of a long text all the same.
    const length = this.#isFirst ? this.#tokens : PASSAGE;
    this.#isFirst = false;
    if (this.#evidence !== null) this.#score(this.#evidence, length);
    this.#tokens = 0;
  }

  #score(evidences: Float64Array, length: number): void {
    const needed = length <= SHORT ? NEEDED_IN_SHORT : NEEDED + NEEDED_PER_TOKEN * (length - SHORT);
    for (let topic = 0; topic < evidences.length; topic++) {
      const evidence = evidences[topic] ?? 0;
      if (evidence === 0) continue;
      const score = evidence / (evidence + needed);
      if (score > (this.#best[topic]?.score ?? 0)) this.#best[topic] = { score, start: this.#start, end: this.#end };
    }
    evidences.fill(0);
    for (const found of this.#counted) if (this.#seen !== null) this.#seen[found] = 0;
    this.#counted.length = 0;
  }
}
