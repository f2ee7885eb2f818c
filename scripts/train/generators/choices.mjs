// Sentences from templates. `[a|b|]` picks one, nested if need be; `$name` is any of the lexicon's entries of that name.

export class Grammar {
  #lexicon;
  #random;
  #reference;

  constructor(lexicon, random) {
    this.#lexicon = lexicon;
    this.#random = random;
    // Longest name first: a letter may follow a name.
    const names = Object.keys(lexicon).sort((a, b) => b.length - a.length);
    this.#reference = new RegExp(`\\$(${names.join('|')})`, 'g');
  }

  pick(list) {
    return list[Math.floor(this.#random() * list.length)];
  }

  chance(probability) {
    return this.#random() < probability;
  }

  /** One sentence of a template, or of a name of the lexicon. */
  expand(template) {
    let text = template;
    for (let depth = 0; depth < 12 && /[[$]/.test(text); depth++) {
      text = this.#alternatives(text);
      text = text.replace(this.#reference, (_, name) => this.pick(this.#lexicon[name]));
    }
    return text
      .replace(/ {2,}/g, ' ')
      .replace(/ ([,.;:!?])/g, '$1')
      .trim();
  }

  #alternatives(text) {
    let before = '';
    let now = text;
    while (now !== before) {
      before = now;
      now = now.replace(/\[([^[\]]*)\]/g, (_, body) => this.pick(body.split('|')));
    }
    return now;
  }
}
