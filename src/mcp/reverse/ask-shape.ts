import { ASKS } from './client-capabilities.js';
import { AskFailure } from './ask-failure.js';

type Params = Readonly<Record<string, unknown>>;

/** Whether a method is one by which a server asks the client for something. */
export function isAsk(method: string): boolean {
  return NEEDED.has(method);
}

const NEEDED: ReadonlyMap<string, number> = new Map([
  ['sampling/createMessage', ASKS.sampling],
  ['elicitation/create', ASKS.form | ASKS.url],
  ['roots/list', ASKS.roots],
]);

/**
 * What a server may ask is what was declared to it, mode by mode.
 * @throws AskFailure not_declared, invalid_request
 */
export function checkAsk(method: string, params: Params | undefined, declared: number): void {
  const needed = NEEDED.get(method);
  if (needed === undefined || (needed & declared) === 0) throw new AskFailure('not_declared');
  if (method === 'sampling/createMessage') checkSampling(params ?? {}, declared);
  if (method === 'elicitation/create') checkElicitation(params ?? {}, declared);
}

/** "Servers MUST NOT send tool-enabled sampling requests to clients that have not declared support" (2025-11-25, "Sampling"). */
function checkSampling({ tools, toolChoice, includeContext }: Params, declared: number): void {
  if ((tools !== undefined || toolChoice !== undefined) && (declared & ASKS.samplingTools) === 0) {
    throw new AskFailure('invalid_request', 'The client did not declare sampling.tools.');
  }
  const wantsContext = includeContext === 'thisServer' || includeContext === 'allServers';
  if (wantsContext && (declared & ASKS.samplingContext) === 0) {
    throw new AskFailure('invalid_request', 'The client did not declare sampling.context.');
  }
}

function checkElicitation({ mode = 'form', url }: Params, declared: number): void {
  const bit = mode === 'form' ? ASKS.form : mode === 'url' ? ASKS.url : 0;
  if ((declared & bit) === 0) {
    throw new AskFailure('invalid_request', 'The client did not declare this mode of elicitation.');
  }
  // A user is asked to open it: nothing but a web page may be meant.
  if (mode === 'url' && (typeof url !== 'string' || !/^https?:\/\//i.test(url) || !URL.canParse(url))) {
    throw new AskFailure('invalid_request', 'An elicitation of mode url needs a url of http or https.');
  }
}

/** The least that a client must have declared to be asked this, as bits. */
export function neededFor(method: string, params: Params | undefined): number {
  if (method === 'roots/list') return ASKS.roots;
  if (method === 'elicitation/create') return params?.mode === 'url' ? ASKS.url : ASKS.form;
  const withTools = params?.tools !== undefined || params?.toolChoice !== undefined;
  return withTools ? ASKS.sampling | ASKS.samplingTools : ASKS.sampling;
}

/** JSON Schema of the client's answer. */
export function answerSchema(method: string, params: Params | undefined): unknown {
  return method === 'elicitation/create' ? { properties: { content: params?.requestedSchema } } : undefined;
}
