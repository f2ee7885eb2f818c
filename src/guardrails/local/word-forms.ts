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
  if (doubles(word)) forms.push(`${word}${last}ed`, `${word}${last}ing`);
  return forms;
}

/** stab, hit: one vowel between consonants doubles the last; kill, shoot: not. */
function doubles(word: string): boolean {
  return word.length < 6 && /[^aeiou][aeiou][^aeiouwxyhs]$/.test(word);
}
