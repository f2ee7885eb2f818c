import type { RuleInfo } from '../rule-info.js';

interface ExtractionRule extends RuleInfo {
  readonly pattern: RegExp;
}

const ASK = String.raw`(?:repeat|print|show|reveal|output|display|give|tell|share|write|recite|return|disclose|leak|expose|dump|quote|copy|paste|send|list|summari[sz]e|translate|encode|echo|spell out|restate|paraphrase|describe|provide|type|say|read|present|convert|state|email|post|append|include|put)`;
const WHAT = String.raw`(?:(?:system|initial|original|hidden|developer|secret|internal|base|root|starting|first|pre-?set|underlying|full|entire|whole|exact|verbatim|above|previous|preceding|own)\s+)*(?:(?:system|developer|initial|hidden|original|secret|meta)[ -]?(?:prompt|message|instructions?|configuration|directives?|rules|text)|pre-?prompt|system ?prompts?|initial prompt|custom instructions|prompt)`;
const rule = (id: string, summary: string, source: string): ExtractionRule => ({
  id: `sysprompt.request.${id}`,
  category: 'extraction_request',
  summary,
  remedy: 'Allow it by leaving system_prompt_protection out of the input policy of callers who may ask.',
  pattern: new RegExp(source, 'i'),
});

export const EXTRACTION_RULES: readonly ExtractionRule[] = [
  rule(
    'show',
    'Asks to show, translate or encode the own system prompt.',
    String.raw`\b${ASK}\b[^.!?\n]{0,40}?\b(?:your|the|its|ur)\s+(?:own\s+)?${WHAT}\b(?!\s+(?:engineering|template|field|library|design|injection|file|for (?:a|an|my|our)))`,
  ),
  rule(
    'your-instructions',
    'Asks for the instructions the assistant was given.',
    String.raw`\b${ASK}\b[^.!?\n]{0,40}?\byour\s+(?:(?:initial|original|hidden|internal|secret|system|exact|full|complete|entire|own|current|previous|confidential|core|special)\s+)*(?:instructions?|rules|guidelines|directives?|configuration|programming|constraints|policies|orders|setup|guardrails)\b`,
  ),
  rule(
    'what-are',
    'Asks what the instructions of the assistant are.',
    String.raw`\bwhat(?:'s| is| are| were| was| does| do)\s+(?:in\s+)?(?:your|the)\s+(?:(?:initial|original|hidden|internal|secret|exact|full|system|complete|first|very first|developer)\s+)*(?:system prompt|system message|instructions|prompt|rules you (?:follow|were given)|guidelines|developer message|directives)\b|\bwhat (?:were|are) you (?:told|instructed|programmed|asked|configured)\b|\bwhich (?:instructions|rules) (?:were you|did you|have you|do you)\b|\bhow were you (?:instructed|prompted|configured)\b`,
  ),
  rule(
    'words-above',
    'Asks to repeat what stands before the conversation.',
    String.raw`\b(?:repeat|print|output|copy|recite|echo|write|reproduce|show|say|display|return|type|encode|translate|give)\b[^.!?\n]{0,50}?\b(?:all |every(?:thing)? |the )?(?:words?|text|lines?|messages?|content|instructions?|everything|sentences?|paragraphs?|conversation)\b[^.!?\n]{0,20}?\b(?:above|before (?:this|my|the (?:first|user))|preceding|prior to this|previous to this|at the (?:top|beginning|start) of (?:this|the|your) (?:conversation|context|chat|prompt)|up to this point|you were given|you received|given to you)\b`,
  ),
  rule(
    'starting-with',
    'Asks to continue from the typical first words of a system prompt.',
    String.raw`\b(?:start(?:ing|s)?|begin(?:ning|s)?)\s+(?:with|from|at|by)\s+(?:the (?:words?|phrase|sentence|text)\s+)?["'“‘]?you are\b|\bstart with ["'“‘]?(?:you are|system:|# ?system)\b`,
  ),
  rule(
    'verbatim',
    'Asks for the prompt word for word or in a code block.',
    String.raw`\b(?:instructions?|prompt|rules|guidelines|configuration|directives)\b[^.!?\n]{0,40}?\b(?:verbatim|word for word|word-for-word|in a (?:code|text) ?block|character by character|without (?:changes|modification|alteration)|in (?:base64|rot13|hex|morse|leetspeak|reverse|json|french|german|spanish)|as (?:a )?(?:poem|json|yaml|base64)|backwards)\b`,
  ),
  rule(
    'ignore-and-show',
    'Overrides instructions in order to see them.',
    String.raw`\b(?:ignore|disregard|forget|bypass|override)\b[^.!?\n]{0,60}?\b(?:instructions?|rules|prompt|guidelines)\b[^\n]{0,80}?\b(?:print|show|reveal|output|repeat|tell|display|give|leak|what)\b`,
  ),
  rule(
    'foreign',
    'Asks for the system prompt in another language.',
    String.raw`\b(?:zeig|nenn|gib|verrate|wiederhole|drucke|wie lauten|was sind)\w*\b[^.!?\n]{0,60}?\b(?:system-?prompt|systemanweisung\w*|anweisungen|instruktionen|systemnachricht)|\b(?:montre|affiche|révèle|donne|répète|quelles sont)\w*(?:-moi)?\b[^.!?\n]{0,60}?\b(?:prompt système|invite système|tes instructions|vos instructions|instructions initiales|system prompt)|\b(?:muestra|revela|dime|repite|imprime|cuáles son|muéstrame)\w*\b[^.!?\n]{0,60}?\b(?:prompt del? sistema|tus instrucciones|instrucciones iniciales|mensaje del sistema|system prompt)|\b(?:mostra|rivela|ripeti|dimmi|stampa)\w*\b[^.!?\n]{0,60}?\b(?:prompt di sistema|tue istruzioni|istruzioni iniziali|system prompt)|(?:系统提示|系統提示|システムプロンプト|初始指令|你的指令|системн\S{1,5} (?:промпт|инструкц|подсказк))`,
  ),
];

/** Literals of which one stands in every such request, lower case. */
export const EXTRACTION_GATES = [
  'prompt',
  'instruct',
  'rules',
  'guideline',
  'directive',
  'configuration',
  'above',
  'before',
  'preceding',
  'prior',
  'told',
  'you are',
  'programm',
  'system',
  'anweis',
  'istruzion',
  'instrucc',
  '提示',
  'プロンプト',
  '指令',
  'промпт',
  'инструкц',
  'top of',
  'beginning',
  'given',
  'received',
  'constraints',
  'policies',
  'orders',
  'setup',
  'guardrails',
  'message',
] as const;
