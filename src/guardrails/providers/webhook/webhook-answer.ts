import * as z from 'zod';
import { DETECTOR_NAMES } from '../../../contracts/finding.js';
import type { Hit } from '../../local/hit.js';
import type { PlacedText, ProviderAnswer, RemoteHit } from '../guardrail-provider.js';

const finding = z.object({
  detector: z.enum(DETECTOR_NAMES),
  category: z.string().regex(/^[A-Za-z][A-Za-z0-9_ ./-]{0,39}$/),
  score: z.number().min(0).max(1).default(1),
  text_index: z.number().int().nonnegative().optional(),
  start: z.number().int().nonnegative().optional(),
  end: z.number().int().nonnegative().optional(),
});

/** docs/guardrail-webhook.openapi.yaml; members that it does not name are passed over, so that the contract can grow. */
const answer = z.object({
  verdict: z.enum(['pass', 'block', 'redact']),
  detectors: z.array(z.enum(DETECTOR_NAMES)).default([]),
  findings: z.array(finding).max(1_000).default([]),
});

type Answer = z.output<typeof answer>;
type WebhookFinding = z.output<typeof finding>;

/**
 * Reads the answer of a webhook. Null = it does not keep the contract: an unknown detector, a place outside the texts, `redact` without
 * places to redact.
 * @param mayRedact false = what the webhook wants replaced cannot be, so that it blocks
 */
export function readWebhookAnswer(
  value: unknown,
  texts: readonly PlacedText[],
  mayRedact: boolean,
): ProviderAnswer | null {
  const parsed = answer.safeParse(value);
  if (!parsed.success) return null;
  const { verdict, findings, detectors } = parsed.data;
  if (!findings.every((found) => isPlaced(found, texts))) return null;
  const hits = findings.map(hitOf);
  if (verdict === 'block' && hits.length === 0) hits.push(UNNAMED);
  const redactions = verdict === 'redact' ? redactionsOf(parsed.data) : new Map<number, readonly Hit[]>();
  if (redactions === null) return null;
  return {
    hits,
    detectors: [...new Set([...detectors, ...hits.map(({ detector }) => detector)])],
    blocks: verdict === 'block' || (verdict === 'redact' && !mayRedact),
    redactions: mayRedact ? redactions : new Map(),
  };
}

/** A block that says no more than that. */
const UNNAMED: RemoteHit = {
  detector: 'policy_violation',
  category: 'webhook',
  score: 1,
  start: 0,
  end: 0,
  textIndex: null,
};

function isPlaced({ text_index: index, start, end }: WebhookFinding, texts: readonly PlacedText[]): boolean {
  if (index === undefined) return start === undefined && end === undefined;
  const text = texts[index]?.text;
  if (text === undefined || (start === undefined) !== (end === undefined)) return false;
  return start === undefined || end === undefined || (start < end && end <= text.length);
}

function hitOf({ detector, category, score, text_index: index, start = 0, end = 0 }: WebhookFinding): RemoteHit {
  return { detector, category, score, start, end, textIndex: index ?? null };
}

/** The findings with a place, in order; null = there is none, or two of one text overlap. */
function redactionsOf({ findings }: Answer): Map<number, readonly Hit[]> | null {
  const byText = new Map<number, Hit[]>();
  for (const found of findings) {
    if (found.text_index === undefined || found.start === undefined || found.end === undefined) continue;
    const hits = byText.get(found.text_index) ?? [];
    const { score, start, end } = found;
    hits.push({ detector: 'pii', category: placeholderName(found.category), score, start, end });
    byText.set(found.text_index, hits);
  }
  for (const hits of byText.values()) {
    hits.sort((a, b) => a.start - b.start);
    if (hits.some((hit, index) => hit.start < (hits[index - 1]?.end ?? 0))) return null;
  }
  return byText.size === 0 ? null : byText;
}

function placeholderName(category: string): string {
  return category.toUpperCase().replace(/[^A-Z0-9]+/g, '_');
}
