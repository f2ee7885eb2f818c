import { formatOfArgument } from './argument-format.js';
import type { CheckContext } from './check-context.js';
import type { Inspection } from './inspection.js';
import type { Hit } from './local/hit.js';
import { applyEdits, edit } from './payload-edit.js';
import type { TextLeaf } from './payload-text.js';
import type { CompiledPolicy } from './policy-compiler.js';
import { RedactionVault } from './redaction-vault.js';

/** A payload with placeholders, which shares what is unchanged. */
interface Redacted {
  readonly value: Record<string, unknown>;
  readonly vault: RedactionVault;
  /** 0 = nothing was replaced. */
  readonly redactions: number;
}

/** Replaces the personal data that was found, but for the arguments whose value is kept. */
export function redact(policy: CompiledPolicy, inspection: Inspection, context: CheckContext): Redacted {
  const vault = context.vault ?? new RedactionVault();
  const kept = policy.keptValues(context.tool);
  const renames = new Map<string, string>();
  let redactions = 0;
  for (const marked of inspection.marked) {
    const hits = marked.hits.filter((hit) => hit.detector === 'pii');
    if (hits.length === 0 || ('leaf' in marked && kept.keeps(marked.leaf))) continue;
    redactions += hits.length;
    if ('leaf' in marked) edit(marked.leaf.container, marked.leaf.key, replaced(marked.leaf, hits, vault, context));
    else renames.set(marked.name, vault.redact(marked.name, hits));
  }
  return { value: applyEdits(inspection.payload, renames), vault, redactions };
}

function replaced(leaf: TextLeaf, hits: readonly Hit[], vault: RedactionVault, context: CheckContext): string | number {
  const { text, kind } = leaf;
  const [hit] = hits;
  // A value that is personal data from end to end can have a placeholder of the same format; a number must, or it comes back as text.
  if (hit !== undefined && (kind === 'number' || (hit.start === 0 && hit.end === text.length && kind !== 'base64'))) {
    const whole = vault.replaceWhole(text, hit.category, formatOfArgument(leaf, context));
    const number = kind === 'number' ? Number(whole) : Number.NaN;
    return Number.isSafeInteger(number) ? number : whole;
  }
  const redacted = vault.redact(text, hits);
  return kind === 'base64' ? Buffer.from(redacted, 'utf8').toString('base64') : redacted;
}
