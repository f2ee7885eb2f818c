import { GatewayError } from '../../errors.js';

type Answer = Readonly<Record<string, unknown>>;

/**
 * The answers of a retry to what was asked; other names are ignored (2026-07-28, "Multi Round-Trip Requests").
 * @throws GatewayError invalid_params
 */
export function readAnswers(inputResponses: unknown, isAsked: (name: string) => boolean): ReadonlyMap<string, Answer> {
  const answers = new Map<string, Answer>();
  if (inputResponses === undefined) return answers;
  if (!isObject(inputResponses)) throw new GatewayError('invalid_params', 'inputResponses must be an object.');
  for (const [name, answer] of Object.entries(inputResponses)) {
    if (!isAsked(name)) continue;
    if (!isObject(answer))
      throw new GatewayError('invalid_params', 'Every member of inputResponses must be an object.');
    answers.set(name, answer);
  }
  return answers;
}

function isObject(value: unknown): value is Answer {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
