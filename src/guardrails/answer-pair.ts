import type { AnsweredCall } from './check-context.js';
import type { AnswerPair } from './local/pair-detector.js';
import type { PayloadText } from './payload-text.js';

/** Of each text, what is compared: the detectors see no more. */
const MAX_PAIR_CHARS = 65_536;

/**
 * A call and the text of its answer, each cut to 64 Ki code units. The text are the `text` members of the content blocks, resources and
 * messages (spec 2025-11-25, "Tool Result"); an answer without any is compared by its structured content.
 */
export function answerPair(request: AnsweredCall, answer: PayloadText): AnswerPair & { readonly isCut: boolean } {
  const call = { tool: request.tool, arguments: request.arguments ?? {} };
  const asked = JSON.stringify(call);
  const said = answerText(answer);
  const isCallCut = asked.length > MAX_PAIR_CHARS;
  return {
    request: asked.slice(0, MAX_PAIR_CHARS),
    answer: said.slice(0, MAX_PAIR_CHARS),
    isCut: isCallCut || said.length > MAX_PAIR_CHARS,
    ...(!isCallCut && { call }),
  };
}

function answerText({ leaves, containers }: PayloadText): string {
  let text = '';
  for (const leaf of leaves) {
    if (text.length > MAX_PAIR_CHARS) return text;
    if (leaf.key === 'text' || leaf.kind === 'base64') text += text === '' ? leaf.text : `\n${leaf.text}`;
  }
  return text === '' ? structuredText(containers[0]?.node ?? {}) : text;
}

function structuredText(answer: object): string {
  const { structuredContent, message } = answer as { readonly structuredContent?: unknown; readonly message?: unknown };
  const said = structuredContent ?? message ?? '';
  return typeof said === 'string' ? said : JSON.stringify(said);
}
