import { BUILT_DETECTORS, type DetectorName } from '../../contracts/finding.js';
import { fires, type Hit } from '../../guardrails/local/hit.js';
import { withoutOverlaps } from '../../guardrails/local/pii/overlaps.js';
import type { CompiledPolicy } from '../../guardrails/policy-compiler.js';
import { RedactionVault } from '../../guardrails/redaction-vault.js';
import type { DataRow } from './data-row.js';
import type { PolicyShelf, RowPolicies } from './row-policies.js';
import { type RowText, type RowTexts, textsOf } from './row-texts.js';

/** What every detector says of one row; a line of `guardrails predict`. */
export interface Prediction {
  readonly id: string;
  readonly detected: Readonly<Record<string, boolean>>;
  /** 0..1, also below the threshold where a detector has a score. */
  readonly scores: Readonly<Record<string, number>>;
  /** The text with personal data replaced; where some was found, and for every row of the category pii. */
  readonly redacted?: string;
  /** Detectors that could not decide, with the reason. */
  readonly not_checkable?: Readonly<Record<string, string>>;
  /** Time of all detectors as they ship, without reading and writing. */
  readonly ms: number;
}

/** Compared at most, as the gateway does. */
const MAX_PAIR_CHARS = 65_536;

/** Runs every detector of this build over one row. */
export function predictRow(row: DataRow, shelf: PolicyShelf): Prediction {
  const policies = shelf.of(row.config);
  const texts = textsOf(row);
  const board = new ScoreBoard();
  const started = performance.now();
  const found = texts.texts.map((text) => scan(policies.shipped, text, texts, row));
  if (texts.tool !== '' && policies.ofCalls !== null) {
    const context = { channel: row.channel, server: '', tool: '' };
    for (const hit of policies.ofCalls.inspectText(row.text, '', context)) board.fire(hit);
  }
  for (const hits of found) for (const hit of hits) board.fire(hit);
  comparePair(row, policies, board);
  const ms = performance.now() - started;
  if (policies.raw !== null) {
    for (const text of texts.texts) for (const hit of scan(policies.raw, text, texts, row)) board.raise(hit);
  }
  const isRedacted = row.category === 'pii' || board.detected.get('pii') === true;
  return {
    id: row.id,
    detected: Object.fromEntries(board.detected),
    scores: Object.fromEntries([...board.scores].map(([name, score]) => [name, rounded(score)])),
    ...(isRedacted && { redacted: redact(texts, found) }),
    ...(board.reasons.size > 0 && { not_checkable: Object.fromEntries(board.reasons) }),
    ms: Math.round(ms * 1_000) / 1_000,
  };
}

class ScoreBoard {
  readonly detected = new Map<DetectorName, boolean>(BUILT_DETECTORS.map((name) => [name, false]));
  readonly scores = new Map<DetectorName, number>(BUILT_DETECTORS.map((name) => [name, 0]));
  readonly reasons = new Map<DetectorName, string>();

  fire(hit: { readonly detector: DetectorName; readonly score: number }): void {
    if (fires(hit)) this.detected.set(hit.detector, true);
    this.raise(hit);
  }

  raise({ detector, score }: { readonly detector: DetectorName; readonly score: number }): void {
    this.scores.set(detector, Math.max(this.scores.get(detector) ?? 0, score));
  }
}

function scan(policy: CompiledPolicy, { text, field }: RowText, { tool }: RowTexts, row: DataRow): readonly Hit[] {
  return policy.inspectText(text, field, { channel: row.channel, server: '', tool });
}

function comparePair(row: DataRow, { shipped }: RowPolicies, board: ScoreBoard): void {
  if (row.request === null) return;
  const pair = { request: row.request.slice(0, MAX_PAIR_CHARS), answer: row.text.slice(0, MAX_PAIR_CHARS) };
  for (const detector of shipped.pairs) {
    const result = detector.check(pair);
    if (result.outcome === 'not_checkable') board.reasons.set(detector.name, result.reason);
    else if (result.triggered) board.fire({ detector: detector.name, score: result.score });
    else board.raise({ detector: detector.name, score: result.score });
  }
}

function redact(texts: RowTexts, found: readonly (readonly Hit[])[]): string {
  const vault = new RedactionVault();
  for (const [index, { text, replace }] of texts.texts.entries()) {
    const hits = withoutOverlaps((found[index] ?? []).filter((hit) => hit.detector === 'pii'));
    if (hits.length > 0) replace(vault.redact(text, hits));
  }
  return texts.redacted();
}

function rounded(score: number): number {
  return Math.round(score * 1e5) / 1e5;
}
