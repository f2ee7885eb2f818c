const VOWEL = /[aeiou]/;

/** The word and its regular English inflections: plural, past, -ing. Wrong ones are harmless: nobody writes them. */
export function wordForms(word: string): readonly string[] {
  if (!/^[a-z]{3,}$/.test(word)) return [word];
  const last = word.at(-1) ?? '';
  const beforeLast = word.at(-2) ?? '';
  if (last === 'y' && !VOWEL.test(beforeLast)) {
    const stem = word.slice(0, -1);
    return [word, `${stem}ies`, `${stem}ied`, `${word}ing`];
  }
  if (last === 'e') return [word, `${word}s`, `${word}d`, `${word.slice(0, -1)}ing`];
  const plural = /(?:s|x|z|ch|sh)$/.test(word) ? `${word}es` : `${word}s`;
  const forms = [word, plural, `${word}ed`, `${word}ing`];
  // kill, shoot: no doubling after two vowels; stab, hit: one vowel between consonants doubles the last.
  if (word.length < 6 && VOWEL.test(beforeLast) && !VOWEL.test(word.at(-3) ?? 'a') && !/[aeiouwxyhs]/.test(last)) {
    forms.push(`${word}${last}ed`, `${word}${last}ing`);
  }
  return forms;
}
