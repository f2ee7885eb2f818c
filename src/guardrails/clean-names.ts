/** Member names remembered, and their length: payloads repeat a few short ones for ever, and a hostile variety is not kept. */
const MAX_NAMES = 4_096;
const MAX_NAME_CHARS = 48;

/** Member names in which the detectors of a policy have found nothing, in one channel. Names alone, never values. */
export class CleanNames {
  readonly #names = new Set<string>();

  readonly has = (name: string): boolean => this.#names.has(name);

  remember(name: string): void {
    if (name.length <= MAX_NAME_CHARS && this.#names.size < MAX_NAMES) this.#names.add(name);
  }
}
