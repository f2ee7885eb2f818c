import type { ScoredOptions } from '../../../contracts/detector-options.js';
import type { Hit } from '../hit.js';
import type { TextContext, TextCursor, TextDetector, TextView } from '../text-detector.js';
import type { TextWindow } from '../text-window.js';
import { LiteralGates } from '../literal-gates.js';
import { COST_RULES, type CostRule } from './cost-rules.js';
import { RepetitionScan } from './repetition.js';
import { ShapeScan } from './shape.js';

/** Below this length, the shape of a text costs nobody anything. */
const MIN_SHAPE = 60;
/** Requests are short; what is longer is a document, in which such sentences are about something. */
const MAX_REQUEST = 4_000;
/** Code units of the source looked at for one window: invisible characters may make it many times longer than the view. */
const MAX_STEP = 65_536;

const gates = new LiteralGates(COST_RULES.map((rule) => rule.gates));
/** Bits of the rules that hold for what a tool answers too. */
const ANYWHERE = COST_RULES.reduce((bits, rule, index) => bits | (rule.argumentOnly === true ? 0 : 1 << index), 0);

/** Finds texts that are made to cost much: by repetition, nesting, stacked marks, expansion, or by asking for endless work. */
export class SpongeAttackDetector implements TextDetector {
  readonly name = 'sponge_attack';
  readonly readsDecoded = true;
  readonly #threshold: number;

  constructor(options: ScoredOptions = {}) {
    this.#threshold = options.threshold ?? 0.5;
  }

  open(view: TextView, context: TextContext): TextCursor | null {
    if (view.codings.length > 0 && view.text.length > MAX_REQUEST) return null;
    return new SpongeCursor(view, context, this.#threshold);
  }
}

class SpongeCursor implements TextCursor {
  readonly #view: TextView;
  readonly #threshold: number;
  readonly #isArgument: boolean;
  readonly #repetition: RepetitionScan | null;
  readonly #shape: ShapeScan | null;
  readonly #hits: Hit[] = [];
  readonly #gate = { at: 0 };
  /** Rules whose literals stood in the window before: their match may begin there. */
  #before = 0;
  #position = 0;

  constructor(view: TextView, context: TextContext, threshold: number) {
    this.#view = view;
    this.#threshold = threshold;
    this.#isArgument = context.channel === 'argument';
    const hasShape = view.codings.length === 0 && view.source.length >= MIN_SHAPE;
    this.#shape = hasShape ? new ShapeScan() : null;
    this.#repetition = hasShape && view.source.length >= MIN_REPEATING ? new RepetitionScan(this.#isArgument) : null;
  }

  scan(window: TextWindow): void {
    this.#scanSource(window);
    const { text } = this.#view;
    const here = gates.scan(window, this.#gate);
    const open = (here | this.#before) & (this.#isArgument && text.length <= MAX_REQUEST ? -1 : ANYWHERE);
    this.#before = here;
    if (open === 0) return;
    // From a little before the window, for what stands across its start.
    const from = Math.max(0, window.from - 256);
    const part = from === 0 && window.to === text.length ? text : text.slice(from, window.to);
    for (const [index, rule] of COST_RULES.entries()) if ((open & (1 << index)) !== 0) this.#try(rule, part, from);
  }

  #try(rule: CostRule, part: string, from: number): void {
    const match = rule.pattern.exec(part);
    if (match !== null) this.#push(rule.id, 0.9, from + match.index, from + match.index + match[0].length);
  }

  #scanSource({ to }: TextWindow): void {
    const { source, text } = this.#view;
    const whole = to >= text.length ? source.length : Math.floor((source.length * to) / text.length);
    const end = Math.min(whole, this.#position + MAX_STEP);
    this.#repetition?.scan(source, end);
    this.#shape?.scan(source, this.#position, end);
    this.#position = Math.max(end, this.#position);
  }

  finish(): readonly Hit[] {
    const { text } = this.#view;
    const repetition = this.#repetition?.finish(this.#view.source, this.#position) ?? null;
    if (repetition !== null) this.#push(repetition.rule, 0.95, repetition.start, repetition.end);
    const shape = this.#shape?.finish(this.#position, this.#isArgument) ?? null;
    if (shape !== null) this.#push(shape, 0.95, 0, text.length);
    return this.#hits;
  }

  #push(rule: string, score: number, start: number, end: number): void {
    if (score < this.#threshold) return;
    const last = this.#view.text.length;
    const category = rule.split('.')[1] ?? 'repeat';
    this.#hits.push({
      detector: 'sponge_attack',
      category,
      rule,
      score,
      start: Math.min(start, last),
      end: Math.min(end, last),
    });
  }
}

const MIN_REPEATING = 600;
