/**
 * Names that look alike have the same skeleton (the idea of Unicode UTS #39, with a table of our own: the letters of other alphabets
 * that common fonts draw like Latin ones, and what Latin fonts confuse among themselves).
 */
const LOOKS_LIKE: readonly (readonly [string, string])[] = [
  // Cyrillic
  ['аӑӓ', 'a'],
  ['вь', 'b'],
  ['сҫ', 'c'],
  ['ԁ', 'd'],
  ['еёҽєэ', 'e'],
  ['ғ', 'f'],
  ['ԍ', 'g'],
  ['һнҥ', 'h'],
  ['іїӏ', 'i'],
  ['ј', 'j'],
  ['кқҝ', 'k'],
  ['мӎ', 'm'],
  ['пԥ', 'n'],
  ['оӧө', 'o'],
  ['рҏ', 'p'],
  ['ԛ', 'q'],
  ['гґ', 'r'],
  ['ѕ', 's'],
  ['тҭ', 't'],
  ['ц', 'u'],
  ['ѵ', 'v'],
  ['ԝшщ', 'w'],
  ['хҳӽ', 'x'],
  ['уүӯ', 'y'],
  ['з', '3'],
  // Greek
  ['αά', 'a'],
  ['β', 'b'],
  ['ϲς', 'c'],
  ['εέ', 'e'],
  ['ηή', 'n'],
  ['ιίϊ', 'i'],
  ['κ', 'k'],
  ['μ', 'u'],
  ['ν', 'v'],
  ['οόσ', 'o'],
  ['ρ', 'p'],
  ['τ', 't'],
  ['υύ', 'u'],
  ['χ', 'x'],
  ['γ', 'y'],
  ['ω', 'w'],
  // Armenian, Cherokee and others that occur in attacks
  ['օ', 'o'],
  ['ս', 'u'],
  ['հ', 'h'],
  ['ց', 'g'],
  ['ո', 'n'],
  ['ⅼ', 'l'],
  ['ⅰ', 'i'],
  ['ɑ', 'a'],
  ['ɡ', 'g'],
  ['ı', 'i'],
  ['ł', 'l'],
  ['ø', 'o'],
];
const ONE_FOR = new Map(
  LOOKS_LIKE.flatMap(([letters, latin]) => Array.from(letters, (letter) => [letter, latin] as const)),
);

/** Within Latin, where a fold loses nothing for a comparison: O and 0, I, l, 1 and |, rn and m, vv and w, cl and d. */
const WITHIN_LATIN: readonly (readonly [RegExp, string])[] = [
  [/0/g, 'o'],
  [/[1|i]/g, 'l'],
  [/5/g, 's'],
  [/rn/g, 'm'],
  [/vv/g, 'w'],
];
const MARKS = /\p{M}/gu;
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/gu;
const SEPARATORS = /[-\u2010-\u2015\u2212_\uff3f.\s]+/g;

/** What a name looks like. Equal skeletons of unequal names are a disguise or an accident; nobody can tell them apart by eye. */
export function skeleton(name: string): string {
  const folded = Array.from(
    name.normalize('NFKD').replace(MARKS, '').replace(INVISIBLE, '').toLowerCase().replace(SEPARATORS, '_'),
    (char) => ONE_FOR.get(char) ?? char,
  ).join('');
  return WITHIN_LATIN.reduce((text, [pattern, one]) => text.replace(pattern, one), folded);
}

const LATIN = /\p{Script=Latin}/u;
const LOOK_ALIKE_SCRIPT = /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}]/u;
const FULL_WIDTH = /[\uff01-\uff5e]/;

/** True for a name that mixes Latin letters with look-alikes of them: no language writes a word so. */
export function mixesScripts(name: string): boolean {
  return (LATIN.test(name) && LOOK_ALIKE_SCRIPT.test(name)) || FULL_WIDTH.test(name);
}
