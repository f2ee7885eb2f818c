import type { GatewayErrorCode } from '../../errors.js';
import { pointerTo } from '../json-pointer.js';
import type { KeptValues } from '../kept-values.js';
import type { Hit } from '../local/hit.js';
import { applyEdits, edit } from '../payload-edit.js';
import { PayloadText } from '../payload-text.js';
import type { RedactionVault } from '../redaction-vault.js';
import type { PlacedText } from './guardrail-provider.js';

const STEP_NODES = 4_096;
const STEP_CHARS = 262_144;
const NO_NAMES: ReadonlyMap<string, string> = new Map();

type Value = Readonly<Record<string, unknown>>;

/**
 * Everything in a payload that is text, as a provider gets it: each string, long integers, base64 that holds text, and each distinct
 * member name once. What is sent is what was scanned: the texts are taken from the very value that goes on.
 */
export class PlacedPayload {
  readonly texts: readonly PlacedText[];
  readonly #payload: PayloadText;
  readonly #names: readonly string[];

  /** @throws GatewayError with the code when the value is nested deeper than 64 */
  constructor(value: Value, depthError: GatewayErrorCode) {
    const payload = new PayloadText(value, depthError);
    while (!payload.step(STEP_NODES, STEP_CHARS));
    this.#payload = payload;
    this.#names = [...payload.names.keys()];
    this.texts = [
      ...payload.leaves.map(({ text, container, key }) => ({ text, path: pointerTo(container, key, NO_NAMES) })),
      ...this.#names.map((text) => ({ text, path: '' })),
    ];
  }

  /** Code units of all texts. */
  get chars(): number {
    return this.#payload.chars;
  }

  /** True for a text in a place that keeps its value. */
  isKept(index: number, kept: KeptValues): boolean {
    const leaf = this.#payload.leaves[index];
    return leaf !== undefined && kept.keeps(leaf);
  }

  /** The value with the hits replaced by placeholders of the vault, as a copy that shares what is unchanged. Call it once. */
  redacted(redactions: ReadonlyMap<number, readonly Hit[]>, vault: RedactionVault): Value {
    const { leaves } = this.#payload;
    const renames = new Map<string, string>();
    for (const [index, hits] of redactions) {
      const leaf = leaves[index];
      const name = this.#names[index - leaves.length];
      if (leaf !== undefined) {
        const redacted = vault.redact(leaf.text, hits);
        const isEncoded = leaf.kind === 'base64';
        edit(leaf.container, leaf.key, isEncoded ? Buffer.from(redacted, 'utf8').toString('base64') : redacted);
      } else if (name !== undefined) {
        renames.set(name, vault.redact(name, hits));
      }
    }
    return applyEdits(this.#payload, renames);
  }
}
