import { joinTexts } from '../joined-texts.js';
import type { Question } from '../guardrail-provider.js';

/** A text of a batch request, and the question that it belongs to. */
export interface BatchText {
  readonly question: number;
  readonly text: string;
}

const MAX_TEXTS = 64;
const MAX_BATCH_CHARS = 200_000;
const OVERLAP = 512;

/** Member names that every definition has: words of MCP and JSON Schema say nothing, and would look like text that means something. */
const GRAMMAR: ReadonlySet<string> = new Set([
  ...['definition', 'name', 'title', 'description', 'instructions', 'inputSchema', 'outputSchema', 'annotations'],
  ...['type', 'properties', 'required', 'items', 'enum', 'default', 'additionalProperties', '$schema'],
  ...['readOnlyHint', 'destructiveHint', 'idempotentHint', 'openWorldHint'],
]);

/**
 * The definitions of one server in as few requests as possible. The first line of each is what the reference sends
 * (`Tool: name - description`, `MCP Server: name - description`); all other text of the definition follows.
 */
export function definitionQuestions(
  questions: readonly Question[],
  maxChars: number,
): readonly (readonly BatchText[])[] {
  const batches: BatchText[][] = [];
  let chars = Number.POSITIVE_INFINITY;
  questions.forEach((question, index) => {
    const said = question.texts.filter(({ path, text }) => path !== '' || !GRAMMAR.has(text));
    const texts = [titleOf(question), ...said.map(({ text }) => text)];
    for (const { text } of joinTexts(texts, { maxChars, overlap: OVERLAP })) {
      const last = batches.at(-1);
      if (last === undefined || last.length >= MAX_TEXTS || chars + text.length > MAX_BATCH_CHARS) {
        batches.push([{ question: index, text }]);
        chars = text.length;
      } else {
        last.push({ question: index, text });
        chars += text.length;
      }
    }
  });
  return batches;
}

function titleOf({ context, texts }: Question): string {
  const textAt = (path: string): string => texts.find((placed) => placed.path === path)?.text ?? '';
  if (context.channel === 'server_description') return `MCP Server: ${context.server} - ${textAt('/description')}`;
  return `Tool: ${context.tool} - ${textAt('/definition/description')}`;
}
