/** What a client may have beside listing and calling tools. */
export const ABILITIES = ['resource', 'prompt', 'progress', 'cancel', 'sampling', 'elicitation'] as const;
export type Ability = (typeof ABILITIES)[number];

export interface HttpDoor {
  readonly url: string;
  readonly key: string;
}

export interface ProgressStep {
  readonly progress: number;
  readonly total: number | undefined;
}

type Arguments = Readonly<Record<string, unknown>>;

/** A client as the matrix uses it: the members that it leaves out are those for which it has no API. */
export interface InteropClient {
  /** Names of the tools. */
  list(): Promise<readonly string[]>;
  /** All text of the answer. @throws when the answer is an error */
  call(name: string, args: Arguments): Promise<string>;
  /** Text of a resource. */
  read?(uri: string): Promise<string>;
  /** Text of the first message. */
  prompt?(name: string, args: Readonly<Record<string, string>>): Promise<string>;
  /** A call, and the progress that was shown meanwhile. */
  callWithProgress?(name: string, args: Arguments): Promise<readonly ProgressStep[]>;
  /** A call that ends with this signal; rejects then. */
  callUntil?(signal: AbortSignal, name: string, args: Arguments): Promise<unknown>;
  close(): Promise<void>;
}

/** What clients that can be asked answer to a request for sampling with this text. */
export function sampledOf(text: string): string {
  return `a sentence of the model on "${text}"`;
}

/** What clients that can be asked fill into a form. */
export const FILLED_IN = { name: 'Ada Lovelace', integer: 7 };

/** All text of the blocks of an answer, and of the messages of a prompt. @throws Error when the answer is an error */
export function textOfBlocks(result: unknown): string {
  const { content, isError } = result as { content: readonly { text?: unknown }[]; isError?: boolean };
  const text = content.map((block) => (typeof block.text === 'string' ? block.text : '')).join('\n');
  if (isError === true) throw new Error(text);
  return text;
}

/** Text of the first of the contents of a resource. */
export function textOfContents(result: unknown): string {
  const [first] = (result as { contents: readonly { text?: unknown }[] }).contents;
  if (typeof first?.text !== 'string') throw new Error(`no text: ${JSON.stringify(result)}`);
  return first.text;
}

/** Text of the first message of a prompt. */
export function textOfMessage(result: unknown): string {
  const [first] = (result as { messages: readonly { content: { text?: unknown } }[] }).messages;
  if (typeof first?.content.text !== 'string') throw new Error(`no text: ${JSON.stringify(result)}`);
  return first.content.text;
}
