import { promptRule as rule, type PromptRule } from './rule.js';

const GAP = String.raw`[^.!?\n]{0,60}?`;
/** Files that hold credentials, wherever they are. */
const CREDENTIAL_FILE = String.raw`(?:~[\/\\]\.\w|[\/\\]etc[\/\\](?:passwd|shadow)|\.ssh\b|\bid_(?:rsa|ed25519)|\.aws\b|\.kube\b|\.env\b|\.npmrc|\.netrc|\.pgpass|\.config[\/\\]gh|credentials)`;
const PRIVATE = String.raw`(?:(?:access|api|auth|session|bearer|private|secret|ssh|oauth)[ _-]?(?:token|key|cookie)s?|passwords?|credentials)`;
const HISTORY = String.raw`(?:(?:all|the|every|any)(?: of)?(?: the)? )?(?:(?:whole|entire|full|complete|previous|prior|earlier|past|last|recent|user'?s?) ){1,2}(?:messages?|conversation|chat|history|context|dialogue|prompts?|transcript)\b`;
const PARAMETER = String.raw`(?:\x60|["']\w|(?:the |a |an |its |this )?(?:\w{1,20} )?(?:parameter|argument|field|property)\b)`;

/** Orders that descriptions of tools give to the model that reads them, and disguises that no honest text has. */
export const POISONING_RULES: readonly PromptRule[] = [
  rule(
    'poisoning.conversation',
    'tool_poisoning',
    4,
    ['all', 'before'],
    String.raw`\b(?:include|pass|put|attach|append|add|copy|paste|send|write|place|insert|provide)\b ${HISTORY}${GAP}\b(?:in|into|to|as|via|through|with)\b ${PARAMETER}`,
    'Wants the conversation in a parameter.',
  ),
  rule(
    'poisoning.credential',
    'tool_poisoning',
    2.5,
    ['secret'],
    String.raw`\b(?:add|put|pass|include|place|copy|insert|paste|append)\b (?:the |any |all )?(?:users?'?s? |their |your )${GAP}${PRIVATE}${GAP}\b(?:in|into|to|as|via)\b ${PARAMETER}`,
    'Wants credentials in a parameter.',
  ),
  rule(
    'poisoning.instead',
    'tool_poisoning',
    3,
    ['tool', 'new'],
    String.raw`\b(?:tool|function|server) \S{1,40} (?:is|are) (?:broken|unsafe|disabled|outdated|compromised|unreliable|insecure|down)\b[^\n]{0,40}\b(?:use|call|invoke|prefer) (?:this|only this|me)\b|\b(?:never|do not|don't|stop) (?:use|using|call|calling|trust|trusting) (?:the )?(?:other tools?|\S{1,40} (?:tool|function))\b[^\n]{0,60}\b(?:this|instead)\b`,
    'Speaks against another tool, to be called in its place.',
  ),
  rule(
    'poisoning.first',
    'tool_poisoning',
    2,
    ['before', 'tool'],
    String.raw`\b(?:this|the) (?:tool|function)\b[^.!?\n]{0,20}\b(?:must|has to|needs to|should)(?: always)? be (?:called|used|invoked|run)[^.!?\n]{0,15}\b(?:before|prior to|ahead of) (?:every|any|all|each|using|other)\b`,
    'Wants to be called before every other tool.',
  ),
  rule(
    'exfiltration.credential-file',
    'exfiltration',
    4,
    ['send'],
    String.raw`\b(?:exfiltrate|upload|send|post|forward|transmit|leak|e-?mail)\b[^\n]{0,60}${CREDENTIAL_FILE}[^\n]{0,80}(?:https?:|\w@\w)`,
    'Sends a file with credentials to another place.',
  ),
  rule(
    'markup.comment-order',
    'tool_poisoning',
    4,
    [],
    String.raw`<!--[^>]{0,80}\b(?:exfiltrate|leak|steal|send|upload|forward|transmit)\b[^>]{0,80}(?:${CREDENTIAL_FILE}|${PRIVATE}|\bconversation\b|\bhistory\b)`,
    'An order in a comment that takes private data.',
  ),
  rule(
    'hidden.escaped-letters',
    'prompt_injection',
    6,
    [],
    String.raw`(?:\\(?:(\p{L})(?!\\\1)|[^\\\r\n\p{L}]) {0,6}){12,}`,
    'A backslash before every character: nobody writes like that but to get past a filter.',
  ),
];
