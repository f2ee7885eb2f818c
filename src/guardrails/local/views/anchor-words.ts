/**
 * Words that orders to a model are made of, in the languages they are most often written in. They do not accuse a text of anything: they
 * tell whether undoing a disguise (letters spaced out, turned around, written in digits) has brought words to light.
 */
export const ANCHOR_WORDS: ReadonlySet<string> = new Set(
  (
    'ignore ignoring disregard forget override bypass previous prior above earlier instruction instructions prompt prompts system ' +
    'rules rule guidelines guideline policy restrictions reveal print output repeat show display tell send email forward password ' +
    'passwords secret secrets token tokens credentials developer admin administrator mode jailbreak assistant following follow ' +
    'pretend respond answer answers request requests message messages task tasks command commands execute delete user users ' +
    'everything anything nothing instead always never without please write below before after question context conversation ' +
    'phrase word words text sentence response unrestricted filter filters safety confidential hidden access grant model ' +
    'forward transfer account database file files read from your their this that what have with would should could about ' +
    'ignoriere ignorieren vergiss anweisungen anweisung vorherigen alle regeln zeige passwort geheim antworte ' +
    'ignorez oublie oubliez consignes instructions precedentes precedente affiche montre repondre toutes motdepasse ' +
    'ignora olvida instrucciones anteriores anterior reglas muestra contrasena responde todas sistema ' +
    'ignorar esqueca instrucoes anteriores mostre senha regras dimentica istruzioni precedenti regole mostra negeer vergeet'
  ).split(' '),
);

/** How many different anchor words a text holds; counting stops at `enough`. */
export function countAnchors(text: string, enough: number): number {
  const seen = new Set<string>();
  for (const [word] of text.toLowerCase().matchAll(/[a-z]{4,14}/g)) {
    if (!ANCHOR_WORDS.has(word)) continue;
    seen.add(word);
    if (seen.size >= enough) break;
  }
  return seen.size;
}
