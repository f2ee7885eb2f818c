/** A shorter value (`1`, `true`, `debug`) is hardly a secret, and would make holes in every text. */
const MIN_SECRET_CHARS = 6;
/** Fewer characters tell nothing, and stand at the start of every other text. */
const MIN_TORN_CHARS = 4;
const REDACTED = '[redacted]';

/** Takes secrets out of what others wrote. */
export class Redaction {
  /** Longest first: one form may be a part of another. */
  readonly #forms: readonly string[];

  constructor(secrets: readonly string[]) {
    const forms = new Set(secrets.flatMap(formsOf).filter((form) => form.length >= MIN_SECRET_CHARS));
    this.#forms = [...forms].sort((a, b) => b.length - a.length);
  }

  /** @param isCut the text may begin in the middle of a secret */
  apply(text: string, isCut: boolean): string {
    let kept = isCut ? this.#withoutTornStart(text) : text;
    for (const form of this.#forms) kept = kept.replaceAll(form, REDACTED);
    return kept;
  }

  #withoutTornStart(text: string): string {
    for (const form of this.#forms) {
      for (let length = form.length - 1; length >= MIN_TORN_CHARS; length--) {
        if (text.startsWith(form.slice(-length))) return REDACTED + text.slice(length);
      }
    }
    return text;
  }
}

/** A secret as programs print it: alone, a word of it (`Bearer TOKEN`), inside JSON once and twice, in a URL, and as Base64. */
function formsOf(secret: string): string[] {
  const words = [secret, ...secret.split(/\s+/)];
  return words.flatMap((word) => {
    const json = JSON.stringify(word).slice(1, -1);
    return [
      word,
      json,
      JSON.stringify(json).slice(1, -1),
      encodeURIComponent(word.toWellFormed()),
      Buffer.from(word).toString('base64').replace(/=+$/, ''),
      Buffer.from(word).toString('base64url'),
    ];
  });
}
