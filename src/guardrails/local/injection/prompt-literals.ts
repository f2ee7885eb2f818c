/** Every phrase of one word of each list, in order. */
function phrases(...lists: readonly (readonly string[])[]): string[] {
  return lists.reduce<string[]>(
    (made, list) => made.flatMap((start) => list.map((word) => `${start} ${word}`.trim())),
    [''],
  );
}

const FILES =
  '~/. ~\\. /etc/ \\etc\\ .ssh id_rsa id_ed25519 .aws .kube .env .npmrc .netrc .pgpass .config/gh .config\\gh credentials'.split(
    ' ',
  );
const TAGS =
  'important system secret hidden admin system-reminder system_note instruction instructions information critical override';

/**
 * By rule: literals, lower case, of which one stands in every match. Expressions are dear and most texts hold none of these, so that a
 * rule is tried only where one of them stands. A rule that is not in here is tried wherever its concepts stand.
 */
export const PROMPT_LITERALS: ReadonlyMap<string, readonly string[]> = new Map([
  ['injection.override.below', ['below', 'after this', 'following']],
  ['injection.override.just-say', ['pwned', 'hacked', 'owned', 'hate', 'kill', 'compromised', 'jailbr']],
  ['injection.override.pwned', ['i have been']],
  ['injection.override.de', ['ignorier', 'vergiss', 'vergessen sie', 'missachte', 'übergeh']],
  ['injection.override.fr', ['ignore', 'oublie']],
  [
    'injection.override.cjk',
    '忽略 无视 無視 忘记 忘掉 不要理会 指示 命令 ルール 指令 プロンプト 지시 명령 규칙 지침'.split(' '),
  ],
  [
    'injection.role.persona',
    ['you are now', 'you are going to', 'act as', 'pretend', 'play the role of', 'roleplay as'],
  ],
  [
    'injection.role.do-anything-now',
    phrases(['dan', 'developer', 'god', 'jailbreak', 'unrestricted', 'evil', 'opposite', 'unfiltered'], ['mode']),
  ],
  [
    'injection.role.no-refusal',
    ['refuse', 'decline', 'say no', 'break character', 'free of', 'not bound by', 'has no', 'have no', 'without any'],
  ],
  [
    'injection.extraction.system-prompt',
    phrases(
      ['system', 'initial', 'hidden', 'secret', 'original', 'full', 'internal', 'developer'],
      ['prompt', 'message', 'instruction', 'rules', 'configuration'],
    ),
  ],
  [
    'injection.extraction.instructions',
    [
      ...phrases(
        [
          'what are',
          'what were',
          'what is',
          'reveal',
          'show',
          'print',
          'repeat',
          'tell me',
          'list',
          'output',
          'display',
        ],
        ['', 'me'],
        ['', 'all'],
        ['your'],
      ),
      'instructions you',
      'instructions that you',
      'what were you told',
    ],
  ],
  ['injection.extraction.above', ['above', 'before this', 'starting with']],
  ['injection.exfiltration.image', ['](http']],
  ['injection.exfiltration.sensitive-file', FILES.concat('mcp.json')],
  ['injection.exfiltration.credential-file', FILES],
  ['injection.poisoning.step', phrases(['secret', 'hidden'], ['step', 'instruction'])],
  [
    'injection.poisoning.instead',
    [
      ...phrases(
        ['is', 'are'],
        ['broken', 'unsafe', 'disabled', 'outdated', 'compromised', 'unreliable', 'insecure', 'down'],
      ),
      ...phrases(['never', 'do not', "don't", 'stop'], ['use', 'using', 'call', 'calling', 'trust', 'trusting']),
    ],
  ],
  ['injection.indirect.if-you-are', ['if you are']],
  ['injection.markup.tag', TAGS.split(' ').map((tag) => `<${tag}>`)],
  ['injection.markup.comment', ['<!--']],
  ['injection.markup.comment-order', ['<!--']],
  ['injection.markup.invisible', ['style']],
  ['injection.template.tokens', ['<|', '<<sys>>', '[inst]', '[/inst]', '<start_of_turn>', '</s><s>']],
  ['injection.hidden.escaped-letters', ['\\']],
]);
