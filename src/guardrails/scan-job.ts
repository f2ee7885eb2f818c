import type { GuardrailPolicy } from '../contracts/server-entry.js';
import type { CheckContext } from './check-context.js';
import type { Hit } from './local/hit.js';
import type { CompiledPolicy } from './policy-compiler.js';

/** One text of a payload and the name of the field that holds it. */
export interface ScanText {
  readonly text: string;
  readonly field: string;
  /** Whether it is also read as a part of its call. */
  readonly isPart: boolean;
}

/** What was found in the texts of a payload; texts without hits are left out. */
export interface ScanResult {
  readonly found: readonly { readonly index: number; readonly hits: readonly Hit[] }[];
  readonly decodedViews: number;
  readonly isDecodingCut: boolean;
}

/** Work for a scan thread. Plain data, so that it can be sent. */
export interface ScanJob {
  readonly id: number;
  /** Number of the policy; its detectors come with the first job that needs them. */
  readonly policy: number;
  readonly detectors: GuardrailPolicy['detectors'] | null;
  /** True = every other policy can be forgotten. */
  readonly forgetsOthers: boolean;
  readonly context: Pick<CheckContext, 'channel' | 'server' | 'tool'>;
  readonly texts: readonly ScanText[];
}

/** What a scan thread answers; `failure` is safe to show. */
export type ScanAnswer =
  { readonly id: number; readonly result: ScanResult } | { readonly id: number; readonly failure: string };

/** All texts at once, without giving way. @throws GatewayError guardrail_unavailable when a detector fails */
export function scanAll(policy: CompiledPolicy, texts: readonly ScanText[], context: CheckContext): ScanResult {
  const found: { index: number; hits: readonly Hit[] }[] = [];
  let decodedViews = 0;
  let isDecodingCut = false;
  for (const [index, { text, field, isPart }] of texts.entries()) {
    const scan = policy.scan(text, field, context, isPart);
    while (!scan.step());
    decodedViews += scan.decodedViews;
    isDecodingCut ||= scan.isDecodingCut;
    const hits = scan.hits();
    if (hits.length > 0) found.push({ index, hits });
  }
  return { found, decodedViews, isDecodingCut };
}
