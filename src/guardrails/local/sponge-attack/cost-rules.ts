/** One rule over words. One of the `gates`, literals in lower case, must stand in the text before the pattern is tried. */
export interface CostRule {
  readonly id: string;
  readonly gates: readonly string[];
  readonly pattern: RegExp;
  /** Only for what a caller sends: documents and code speak of such things. */
  readonly argumentOnly?: true;
}

const BIG = String.raw`(?:(?:[1-9]\d{4,}|[1-9]\d{0,2}(?:[,._' ]\d{3})+)(?:\s*(?:million|billion|trillion))?|\d+(?:\.\d+)?\s*(?:k|m|thousand|million|billion|trillion)\b|(?:a|one|two|five|ten|fifty|a hundred|hundred|several|hundreds of|many)?\s*(?:thousand|million|billion|trillion|quadrillion|zillion|gazillion|googol)s?(?: of)?|10\s*(?:\^|\*\*)\s*\d+|\d+e\d+|infinite(?:ly)?(?: many)?|unlimited|endless|countless|an infinite (?:number|amount) of)`;
const HUGE = String.raw`(?:[1-9]\d{5,}|[1-9]\d{0,2}(?:[,._' ]\d{3}){2,}|[1-9]\d{2}[,.]\d{3}|\d+(?:\.\d+)?\s*(?:million|billion|trillion)|(?:a|one|two|ten|hundred)?\s*(?:million|billion|trillion|quadrillion|googol)|10\s*(?:\^|\*\*)\s*\d+|\d+e\d+|infinity|infinite|a hundred thousand)`;
const MAKE = String.raw`(?:write|generate|output|produce|print|create|compose|give(?: me)?|send|repeat|list|say|type|respond with|answer with|return|emit|make|tell)`;
const UNITS = String.raw`(?:words?|tokens?|pages?|lines?|characters?|letters?|paragraphs?|sentences?|times|chapters?|essays?|poems?|stor(?:y|ies)|copies|repetitions|iterations|digits|examples|items|variations|synonyms|jokes|haikus?)`;
const PERPETUAL = String.raw`(?:forever|endlessly|infinitely|indefinitely|perpetually|non-?stop|without (?:ever )?(?:stopping|end(?:ing)?|pause|a break|limit)|an infinite (?:number|amount) of times|for all eternity|until (?:I|we) (?:tell|say|stop)|until (?:you|the) (?:run out|reach|hit|exhaust|crash|are stopped|context|token|memory|output|server|limit)|ad infinitum|over and over(?: again)?|again and again|and (?:do not|don't|never) (?:ever )?stop|never stop(?:ping)?|in an? (?:infinite|endless|never-?ending) loop|as many times as (?:you can|possible)|till the end of time)`;
const rule = (id: string, gates: string, source: string, argumentOnly?: true): CostRule => ({
  id: `sponge.${id}`,
  gates: gates.split('|'),
  pattern: new RegExp(source, 'i'),
  ...(argumentOnly && { argumentOnly }),
});

export const COST_RULES: readonly CostRule[] = [
  rule(
    'request.forever',
    'forever|endless|infinit|indefinite|perpetual|nonstop|non-stop|without|eternity|until|over and over|again and again|stop|never-ending|never ending|as many times|end of time',
    String.raw`(?:^|[.!?:;,\n"']\s*|\b(?:please|now|then|must|should|to|and|you|just|can you|could you|will)\s+)(?:keep (?:on )?)?(?:repeat|say(?:ing)?|writ(?:e|ing)|print(?:ing)?|generat(?:e|ing)|output(?:ting)?|count(?:ing)?|continu(?:e|ing)|loop|list(?:ing)?|recit(?:e|ing)|talk(?:ing)?|go(?:ing)?(?: on)?|produc(?:e|ing)|repeating|think(?:ing)?|call(?:ing)?|expand(?:ing)?|echo|type|spell|sing|translat(?:e|ing)|summari[sz](?:e|ing)|explain(?:ing)?|answer(?:ing)?|respond(?:ing)?|chant|typing)\b[^.!?\n]{0,120}?\b${PERPETUAL}`,
    true,
  ),
  rule(
    'request.length',
    'word|token|page|line|character|letter|paragraph|sentence|time|chapter|essay|poem|stor|cop|repetition|iteration|digit|example|item|variation|synonym|joke|haiku',
    String.raw`\b${MAKE}\b[^.!?\n]{0,100}?\b${BIG}\s*(?:[a-z-]+\s+){0,2}?${UNITS}\b`,
    true,
  ),
  rule(
    'request.length-first',
    'word|token|page|character|line|digit',
    String.raw`\b(?:at least|minimum of|no (?:less|fewer|shorter) than|exactly|not less than|length of)\s+${BIG}\s*(?:[a-z-]+\s+){0,1}?(?:words|tokens|pages|characters|lines|digits)\b|\b${HUGE}[- ](?:word|token|page|character|line|digit)s?\b[^.\n]{0,30}\b(?:essay|story|answer|response|text|poem|article|novel|report|output|book|reply)`,
    true,
  ),
  rule(
    'request.endless',
    'infinite|endless|unlimited|unending|never-ending',
    String.raw`\b${MAKE}\b[^.!?\n]{0,60}?\b(?:an? (?:infinite|unlimited|endless) (?:number|amount|list|stream|sequence|series|supply) of|infinitely many|(?:an? )?(?:endless|unending|never-ending|infinite) (?:list|stream|sequence|series|story|text|poem|essay|answer|response|output)s?)`,
    true,
  ),
  rule(
    'request.longest',
    'long',
    String.raw`\b(?:the )?longest (?:possible|conceivable|imaginable) (?:answer|response|text|output|story|essay|poem|reply|list|message|string)|\b(?:longest|maximum length) (?:answer|response|output|reply) (?:possible|you can)|\bas long (?:as|an? \w+ as) (?:possible|you can|physically possible|the model allows)|\bmake (?:it|the (?:answer|response|output)) (?:infinitely|endlessly|extremely) long`,
    true,
  ),
  rule(
    'request.exhaust',
    'token|context|memory|cpu|gpu|quota|compute|resource|budget',
    String.raw`\b(?:use|consume|exhaust|fill|burn|max(?:imi[sz]e)? out|maximi[sz]e|waste|drain|spend|eat|use up|hit|saturate|exceed)\b[^.!?\n]{0,40}\b(?:all|entire|whole|every|maximum|max|full|complete|as (?:many|much))\b[^.!?\n]{0,40}\b(?:tokens?|context(?: window)?|memory|cpu|gpu|quota|compute|resources|output (?:limit|budget)|token (?:limit|budget))\b|\buntil (?:you|the|your)\b[^.!?\n]{0,30}\b(?:run out of|reach|hit|exceed|exhaust|fill)\b[^.!?\n]{0,30}\b(?:tokens?|context|memory|limit|window)`,
    true,
  ),
  rule(
    'request.count',
    'count|number|integer|prime|digit|pi|fibonacci|factorial|permutation|combination|decimal|subset|collatz',
    String.raw`\bcount\b[^.!?\n]{0,60}?\b(?:to|until|up to|down from|from)\s+(?:a |one )?(?:${HUGE}|\d{5,})|\b(?:list|print|write|enumerate|output|compute|calculate|generate|give me|find|show|display|recite|name|return)\b[^.!?\n]{0,50}?\b(?:all|every|each|first|the next|to)\b[^.!?\n]{0,30}?(?:\b(?:prime|integer|natural|real|even|odd|whole|fibonacci|possible)\b[^.!?\n]{0,20}?\bnumbers?\b(?:[^.!?\n]{0,30}?(?:${HUGE}|\d{6,}|infinity))?(?!\s*(?:in|of|from|between|below|under|less|up to|that|which|smaller)\b(?![^.!?\n]{0,20}(?:${HUGE}|\d{6,})))|${HUGE}\s*(?:digits|decimals|primes|numbers|decimal places|fibonacci|terms|integers|natural))|\b(?:numbers?|integers?|primes?)\b[^.!?\n]{0,20}?\b(?:to|until|below|under|up to)\s+(?:a |one )?${HUGE}|\b(?:all|every) (?:the )?(?:digits|decimals|decimal places) of (?:pi|e|π|the square root)|\bpi to\s+(?:a |one )?${BIG}|\bevery possible (?:permutation|combination|subset|string|password|chess game|ordering|arrangement)s?|\ball (?:the )?(?:possible )?(?:permutations|combinations|subsets|orderings) of\b[^.!?\n]{0,50}?(?:\d{2,}|alphabet|letters|deck|words|cards)`,
    true,
  ),
  rule(
    'request.recursion',
    'recurs|ackermann|hanoi|itself|each step|every step|every word|each word|busy beaver|graham|collatz|previous|explanation|definition|define',
    String.raw`\backermann\b[^.\n]{0,60}|\btowers? of hanoi\b[^.\n]{0,40}\b(?:[2-9]\d|\d{3,})\b|\bbusy beaver\b|\bgraham'?s number\b[^.\n]{0,30}\b(?:digit|compute|write|expand)|\b(?:explain|define|describe|expand|summari[sz]e|translate|analy[sz]e|elaborate|critique|rewrite)\b[^.!?\n]{0,80}\b(?:each|every)\b[^!?]{0,100}\b(?:again|recursively|in turn|and so on|each of those|those (?:words|definitions|explanations)|the explanation|forever|repeat (?:this|the process)|without (?:end|stopping)|infinit\w+|never stop)|\brecursive(?:ly)?\b[^.!?\n]{0,60}\b(?:forever|infinit\w*|without (?:end|limit|stopping|a base case)|no base case|endless\w*|never (?:stop|end)\w*)|\b(?:call|invoke|run|execute|trigger|prompt|ask|answer|restart)\b[^.!?\n]{0,40}\b(?:itself|yourself|this (?:tool|prompt|function|question) again|the same tool)\b[^.!?\n]{0,60}\b(?:again|forever|recursively|infinit\w*|repeat\w*|loop|until|without|each time|endless\w*|never)`,
    true,
  ),
  rule(
    'request.loop',
    'loop|repeat|stop|again|terminat|halt',
    String.raw`\b(?:enter|start|begin|go into|get into|run|create|execute|stay in|make|simulate)\s+(?:an?\s+)?(?:infinite|endless|never-?ending|eternal|unending|perpetual)\s+(?:\w+\s+)?loop|\b(?:do not|don't|never) (?:ever )?(?:stop|end|finish|halt|terminate|conclude)\b[^.!?\n]{0,30}\b(?:generating|writing|repeating|printing|your (?:answer|response|output)|until|talking|outputting|responding|answering|counting|the (?:answer|response|output|list|story|loop))|\b(?:when|once|after) you (?:finish|are done|reach the end|get to the end|have finished)\b[^.!?\n]{0,40}\b(?:start|begin|do it|repeat|again|restart)\b[^.!?\n]{0,40}\b(?:again|over|from the (?:beginning|start|top))\b`,
    true,
  ),
  rule(
    'request.many-languages',
    'language',
    String.raw`\b(?:translate|write|say|repeat|answer)\b[^.!?\n]{0,100}\b(?:every|all (?:of )?(?:the )?(?:\d[\d,]*\s*)?(?:known|existing|human|world's|living)|each of the|[1-9]\d{3,}|7,?000|all possible)\s*(?:\w+\s+)?languages?\b`,
    true,
  ),
  rule(
    'bomb.entities',
    '<!entity',
    String.raw`<!ENTITY\s+%?\s*[\w.-]{1,40}\s+["'][^"'<>]{0,400}(?:[&%][\w.-]{1,40};){2}|<!ENTITY\s+%?\s*([\w.-]{1,40})\s+["'][^"'<>]{0,200}[&%]\1;`,
  ),
  rule(
    'bomb.aliases',
    '*',
    String.raw`(?:&\w{1,30}[\s\S]{0,3}?\[\s*(?:["']?[\w*]{1,30}["']?\s*,\s*){3,}[\s\S]{0,80}?){2}\*\w{1,30}\s*,\s*\*\w{1,30}\s*,\s*\*\w`,
  ),
  rule(
    'bomb.pattern',
    '+)+|+)*|*)*|*)+|){|+){|*){|+)?)+|+)?)*',
    String.raw`\((?:\?:)?(?:\[[^\]\n]{1,40}\]|\\?[^()\s\\]|\\[wdsWDS.])[+*]\)(?:[+*]|\{\d{1,6},)|\((?:\?:)?\(?(?:\[[^\]\n]{1,40}\]|[^()\n]{1,20})[+*]\)?[^()\n]{0,10}\)(?:[+*]\$?|\{\d{2,}(?:,\d*)?\})|\((\w)\|\1\)[*+]|\(\.\*[^()\n]{0,10}\)\{\d{2,}|\((?:\?:)?(\w{1,3})\|\2\??\w{0,2}\)[*+]`,
    true,
  ),
  rule(
    'bomb.fork',
    ':(){|while true|while(true)|while (true)|for(;;)|for (;;)|/dev/zero|/dev/urandom|/dev/random|yes |42.zip|while 1|while :|fork',
    String.raw`:\(\)\s*\{\s*:\s*\|\s*:\s*&|\bwhile\s+(?:true|:|1|\[ 1 \])\s*;\s*do\b[^\n]{0,100}&?\s*;?\s*done|\bdd\s+if=/dev/(?:zero|u?random)\b(?![^\n]{0,80}\bcount=\d{1,3}\b)|\bcat\s+/dev/(?:zero|u?random)\b|\byes\b[^\n|]{0,30}\|\s*(?:sh|bash|xargs|tr|head -c)|\b(?:42|bomb|zbsm|zblg|zbxl)\.zip\b|^\s*(?:while\s*\(?(?:true|1)\)?\s*[:{]|for\s*\(;;\)\s*\{)[^\n]{0,80}(?:\n[^\n]{0,60}){0,2}$|os\.fork\(\)[^\n]{0,30}while|while[^\n]{0,30}os\.fork\(\)`,
    true,
  ),
  rule(
    'bomb.number',
    '**|^|e9|factorial|repeat(|range(|generate_series|benchmark(|000000|9999|pow(|sleep(|!',
    String.raw`\b\d{2,}\s*(?:\*\*|\^)\s*(?:\(?\s*\d{2,}\s*(?:\*\*|\^)\s*\d+|\d{5,})|\b\d+\s*(?:\*\*|\^)\s*\(?\d+\s*(?:\*\*|\^)\s*\(?\d+|\bfactorial\s*\(\s*\d{5,}|\bfactorial of\s+\d{5,}|\b\d{5,}!|\b(?:\w+\.)?repeat\s*\(\s*(?:["'][^"']{0,40}["']\s*,\s*)?(?:\d{7,}|1e\d+)|["'][^"'\n]{1,40}["']\s*\*\s*(?:\d{7,}|10\s*\*\*\s*\d{1,3})|\brange\s*\(\s*(?:\d{9,}|10\s*\*\*\s*\d{2,})|\bgenerate_series\s*\([^,)]{1,20},\s*(?:\d{7,}|1e\d+)|\bbenchmark\s*\(\s*\d{6,}|\b(?:pow|power)\s*\(\s*\d+\s*,\s*\d{5,}|\b(?:pg_)?sleep\s*\(\s*\d{4,}`,
    true,
  ),
  rule(
    'bomb.recursive-query',
    'recursive|cross join',
    String.raw`\bwith\s+recursive\b(?![\s\S]{0,600}\b(?:limit|where)\b)[\s\S]{0,300}\bunion\b|(?:\bcross\s+join\b[^;]{0,80}){3}`,
    true,
  ),
  rule(
    'request.foreign',
    'wiederhol|répèt|répét|repit|ripeti|herhaal|повтор|重复|無限|无限|繰り返|écri|schreib|escrib|zähl|compte|cuenta',
    String.raw`\b(?:wiederhole?n?|sage?|schreibe?|zähle?)\b[^.!?\n]{0,80}\b(?:für immer|endlos|unendlich|ohne (?:aufzuhören|Ende|Pause)|Million(?:en)?|immer wieder|bis unendlich)|(?:répète[sz]?|répéter|écri(?:s|vez)|compte[sz]?)[^.!?\n]{0,80}(?:à l'infini|sans (?:fin|arrêt|t'arrêter|s'arrêter)|pour toujours|indéfiniment|un million|millions?)|\b(?:repite|repita|escribe|escriba|cuenta)\b[^.!?\n]{0,80}(?:para siempre|sin (?:parar|fin|detenerte)|infinitamente|un millón|millones|infinitas veces|hasta el infinito)|\b(?:ripeti|scrivi|conta)\b[^.!?\n]{0,80}(?:per sempre|all'infinito|senza (?:fine|fermarti)|un milione|milioni)|повтор[^.!?\n]{0,60}(?:бесконечно|вечно|миллион|без остановки|не останавлив)|(?:重复|重複|繰り返)[^。！？\n]{0,40}(?:无限|無限|永远|永遠|百万|一万|万次|回)|(?:无限|無限|永远|永遠に)[^。！？\n]{0,30}(?:重复|重複|繰り返|循环)`,
    true,
  ),
];
