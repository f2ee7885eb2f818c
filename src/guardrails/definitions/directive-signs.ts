import { withoutInvisible } from './invisible-characters.js';

/** Ids of the signs, see definitions.rules.ts. */
export type DirectiveRule =
  | 'definition.shadow.instead-of'
  | 'definition.shadow.before-others'
  | 'definition.directive.conceal'
  | 'definition.directive.override'
  | 'definition.directive.authority'
  | 'definition.directive.secrets'
  | 'definition.directive.harvest'
  | 'definition.directive.preference';

interface Sign {
  readonly rule: DirectiveRule;
  /** One of these, in lower case, must occur before the pattern is tried. */
  readonly anchors: readonly string[];
  readonly pattern: RegExp;
}

/** Only the beginning of an enormous text is read: a description that long is a fault of its own (see look-alikes and the engine). */
const MAX_CHARS = 64 * 1024;

const OTHERS = '(?:all|any|every|each|the|your)?\\s?(?:other|another|available|existing|remaining)?';

/**
 * What a definition says to a model and has no business to say: a description tells what a tool does. Every repeat is bounded, so each
 * pattern takes time linear in the text.
 */
const SIGNS: readonly Sign[] = [
  {
    rule: 'definition.shadow.instead-of',
    anchors: [
      'instead of',
      'rather than',
      'in place of',
      'do not use',
      "don't use",
      'never use',
      'stop using',
      'supersede',
      'replaces',
    ],
    pattern:
      /\b(?:(?:use|call|invoke|choose|prefer) (?:this|it)[^.\n]{0,40}(?:instead of|rather than|in place of)|(?:do not|don't|never|stop) (?:use|using|call|calling)(?: the| any| all)?(?: other| original| old| built-?in| standard)|(?:replaces|supersedes)(?: the| any| all)?(?: other| original| old| built-?in| standard| previous)?)[^.\n]{0,60}\b(?:tools?|functions?|servers?)\b|\b(?:instead of|in place of|do not use|don't use|never use) [`'"]?[a-z][\w-]{2,60}[`'"]? (?:tool|function|from)/,
  },
  {
    rule: 'definition.shadow.before-others',
    anchors: ['before', 'prior to', 'whenever', 'any other tool', 'after calling', 'when this tool is available'],
    pattern: new RegExp(
      `\\b(?:(?:before|prior to|after|whenever|when) (?:you )?(?:use|using|call|calling|invok(?:e|ing)|run|running) ${OTHERS}\\s?(?:tools?|functions?)\\b(?! call)|(?:first|always)[^.\\n]{0,60}before (?:every|any|all)\\b[^.\\n]{0,30}\\btools?\\b|when this tool is available)`,
    ),
  },
  {
    rule: 'definition.directive.conceal',
    anchors: [
      'tell',
      'mention',
      'inform',
      'reveal',
      'notify',
      'show',
      'disclose',
      'explain',
      'silently',
      'secretly',
      'without',
    ],
    pattern:
      /\b(?:(?:do not|don't|never|must not|should not|without) (?:ever )?(?:tell|mention|inform|reveal|notify|show|disclos|explain|alert|ask)[^.\n]{0,60}\b(?:user|human|person|anyone|them|him|her|this (?:step|instruction|parameter|to))\b|(?:silently|secretly|quietly) (?:read|send|include|add|copy|forward|pass|call|append|upload|also))/,
  },
  {
    rule: 'definition.directive.override',
    anchors: ['ignore', 'disregard', 'forget', 'override', 'bypass'],
    pattern:
      /\b(?:ignore|disregard|forget|override|bypass)[^.\n]{0,30}\b(?:previous|prior|above|earlier|preceding|other|existing|system|safety|your)\b[^.\n]{0,30}\b(?:instructions?|prompts?|rules?|guidelines?|policies|guardrails?|restrictions?|messages?)\b/,
  },
  {
    rule: 'definition.directive.authority',
    anchors: [
      '<important',
      '<system',
      '[system',
      '<secret',
      '<instruction',
      '<admin',
      '### system',
      'system override',
      'system note',
      'system instruction',
      'important instruction',
    ],
    pattern:
      /(?:<\/?(?:important|system|secret|instructions?|admin|critical|hidden)(?: [^>\n]{0,60})?>|\[\/?(?:system|inst|admin)\]|### ?system|\bsystem (?:override|note|instruction|directive|command)s?\b ?[:\-–]|\bimportant instructions? (?:for|to) (?:the )?(?:ai|assistant|model|llm|agent))/,
  },
  {
    rule: 'definition.directive.secrets',
    anchors: [
      '.ssh',
      'id_rsa',
      '.env',
      'mcp.json',
      'claude_desktop_config',
      '.aws',
      'credential',
      'private key',
      'api key',
      'api_key',
      'password',
      'access token',
      'secret',
      '/etc/passwd',
      '.netrc',
      'environment variable',
    ],
    pattern:
      /\b(?:read|open|load|fetch|get|collect|include|pass|send|attach|provide|put|copy|append|upload|forward|extract|retrieve|submit|insert|place)\b[^.\n]{0,60}(?:(?:~|\$home|\/root|\/home\/\w{1,32}|the user's|your|all|any|their|its?|full|current|stored|saved)[^\n]{0,40})?(?:\.ssh\b|id_rsa|(?<![\w])\.env\b|mcp\.json|claude_desktop_config|\.aws\b|\/etc\/passwd|\.netrc|(?:user'?s?|your|all|any|their|stored|saved) (?:\w{1,20} ){0,3}(?:credentials?|private keys?|api[ _]keys?|passwords?|access tokens?|secrets?|environment variables?))/,
  },
  {
    rule: 'definition.directive.harvest',
    anchors: [
      'conversation',
      'chat history',
      'chat_history',
      'system prompt',
      'system_prompt',
      'previous messages',
      'content_of',
      'content_from',
      'ssh_key',
      'id_rsa',
    ],
    pattern:
      /(?:\b(?:include|pass|send|attach|provide|put|copy|append|paste|summari[sz]e|forward)\b[^.\n]{0,60}\b(?:conversation|chat history|system prompt|previous messages|messages so far|all messages)\b|\b(?:full|entire|whole|complete)[ _](?:conversation|chat[ _]history|system[ _]prompt|context window)\b|\bcontent_(?:of|from)_[a-z_]{0,40}(?:ssh|rsa|env|key|file|reading)|(?<![a-z/.~])(?:ssh_key|id_rsa|system_prompt|conversation_history|chat_history)(?![a-z]))/,
  },
  {
    rule: 'definition.directive.preference',
    anchors: [
      'prefer',
      'always use this',
      'always choose',
      'always select',
      'best tool',
      'priority',
      'superior',
      'better than',
      'more reliable',
      'more accurate',
      'more trustworthy',
      'more secure',
      'only tool',
      'must use this',
      'must be used',
    ],
    pattern:
      /\b(?:(?:always|must|should) (?:be )?(?:prefer(?:red)?|choose|chosen|select(?:ed)?|prioriti[sz]ed?|use|used)[^.\n]{0,20}\b(?:this (?:tool|server|service)|over|above|before)\b|(?:highest|top|maximum|first) priority[^.\n]{0,40}\b(?:tools?|servers?|choice)\b|(?:superior to|better than|more (?:reliable|accurate|trustworthy|secure) than|preferred over)[^.\n]{0,30}\b(?:other|all|any|alternative|competing)\b|(?:the )?(?:only|best) (?:tool|service) (?:you|that|to)\b[^.\n]{0,30}\b(?:should|must|always|need)\b)/,
  },
];

/** Rules of which the text has a sign, each once. Letter case, white space and invisible characters make no difference. */
export function signsIn(text: string): readonly DirectiveRule[] {
  if (text.length < 6) return [];
  const plain = withoutInvisible(text.slice(0, MAX_CHARS))
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[ \t\r]+/g, ' ');
  return SIGNS.filter(
    ({ anchors, pattern }) => anchors.some((anchor) => plain.includes(anchor)) && pattern.test(plain),
  ).map(({ rule }) => rule);
}
