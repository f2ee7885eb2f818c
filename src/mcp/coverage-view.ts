import type { CoverageReceipt, Verdict } from '../contracts/verdict.js';

/** Keys of the gateway's own in `_meta`; they concern this hop only (2025-11-25, "_meta": a prefix of labels and a slash). */
export const OWN_META_PREFIX = 'secure-mcp-gateway/';
/** `true` in the `_meta` of a call asks for the receipts of its checks; they stand under the same key in the `_meta` of its answer. */
const COVERAGE_KEY = `${OWN_META_PREFIX}coverage`;

interface CheckedCall {
  readonly inputVerdict: Verdict;
  readonly outputVerdict: Verdict;
}

export function wantsCoverage(params: Readonly<Record<string, unknown>>): boolean {
  const meta = params._meta;
  return typeof meta === 'object' && meta !== null && (meta as Record<string, unknown>)[COVERAGE_KEY] === true;
}

/** What both checks looked at; never what they found. */
export function coverageView({ inputVerdict, outputVerdict }: CheckedCall): Readonly<Record<string, unknown>> {
  return { input: receiptView(inputVerdict.receipt), output: receiptView(outputVerdict.receipt) };
}

/** The result with the receipts in its `_meta`. */
export function withCoverage(
  result: Readonly<Record<string, unknown>>,
  call: CheckedCall,
): Readonly<Record<string, unknown>> {
  const meta = typeof result._meta === 'object' ? result._meta : {};
  return { ...result, _meta: { ...meta, [COVERAGE_KEY]: coverageView(call) } };
}

function receiptView(receipt: CoverageReceipt): Readonly<Record<string, unknown>> {
  const { detectors, chars, skipped, notChecked, truncated, decodedViews, providers } = receipt;
  return {
    detectors,
    scanned_chars: chars,
    skipped,
    not_checked: notChecked,
    truncated,
    decoded_views: decodedViews,
    ...(providers === undefined ? {} : { providers }),
  };
}
