import { applyEdits, edit } from './payload-edit.js';
import type { PayloadText, TextLeaf } from './payload-text.js';
import type { RedactionVault } from './redaction-vault.js';

const STEP_UNITS = 65_536;

/** Puts the values of a vault back into every string and member name of a listed payload, in steps of bounded work. */
export class Restoration {
  readonly #payload: PayloadText;
  readonly #vault: RedactionVault;
  readonly #renames = new Map<string, string>();
  #next = 0;
  /** A placeholder that is cut off where a text ends: tools wrap lines and split answers into blocks. */
  #cut: { readonly key: string | number; readonly missing: string } | undefined;

  constructor(payload: PayloadText, vault: RedactionVault) {
    this.#payload = payload;
    this.#vault = vault;
    for (const name of payload.names.keys()) {
      const restored = vault.restore(name);
      if (restored !== name) this.#renames.set(name, restored);
    }
  }

  /** Restores some more leaves. True when all are done. */
  step(): boolean {
    const { leaves } = this.#payload;
    for (let units = STEP_UNITS; units > 0; this.#next++) {
      const leaf = leaves[this.#next];
      if (leaf === undefined) return true;
      units -= leaf.text.length + 64;
      this.#restore(leaf);
    }
    return false;
  }

  /** The payload with everything restored; the same object when there was nothing. Call it when `step` has returned true. */
  value(): Readonly<Record<string, unknown>> {
    return applyEdits(this.#payload, this.#renames);
  }

  #restore(leaf: TextLeaf): void {
    const { container, key, kind } = leaf;
    if (kind === 'number') {
      const value = this.#vault.valueOfNumber(leaf.text);
      if (value === undefined) return;
      // What was sent as a text that a schema wanted to be a number: `4111 1111 ...` is none.
      const number = Number(value);
      edit(container, key, String(number) === value ? number : value);
      return;
    }
    const text = this.#continued(leaf);
    const { text: restored, missing } = this.#vault.restoreCut(text);
    if (missing !== '') this.#cut = { key, missing };
    if (restored === leaf.text) return;
    edit(container, key, kind === 'base64' ? Buffer.from(restored, 'utf8').toString('base64') : restored);
  }

  /** The text without the rest of a placeholder that begins in the text before it: the value stands there already, whole. */
  #continued({ text, key }: TextLeaf): string {
    const cut = this.#cut;
    if (cut?.key !== key && typeof key === 'string') return text;
    this.#cut = undefined;
    return cut !== undefined && text.toLowerCase().startsWith(cut.missing) ? text.slice(cut.missing.length) : text;
  }
}
