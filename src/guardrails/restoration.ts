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

  #restore({ text, container, key, kind }: TextLeaf): void {
    if (kind === 'number') return;
    const restored = this.#vault.restore(text);
    if (restored === text) return;
    edit(container, key, kind === 'base64' ? Buffer.from(restored, 'utf8').toString('base64') : restored);
  }
}
