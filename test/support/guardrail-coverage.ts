import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MethodTable } from '../../src/mcp/methods/method-table.js';
import { ROOT } from './gateway.js';
import { markdownTable } from './markdown-table.js';

type Phase = 'input' | 'output' | 'definition' | 'no text';
type From = 'client' | 'server';

interface Part {
  readonly from: From;
  readonly text: string;
  readonly phase: Phase;
  /** What becomes of it beyond a verdict, or why there is nothing to judge. */
  readonly note: string;
}

const part = (from: From, text: string, phase: Phase, note = ''): Part => ({ from, text, phase, note });
const META = '`_meta` that goes on (trace context and keys of others)';
const FAILS = part('server', 'message and data of an error', 'output');
const LISTED = 'what is blocked is in no list and cannot be used';

/** A list that the gateway answers out of what it has read and judged. */
function list(text: string): readonly Part[] {
  return [
    part('client', '`cursor`', 'no text', 'refused: there is one page'),
    part('server', text, 'definition', LISTED),
    part('server', 'message and data of an error', 'no text', 'the code alone goes on'),
  ];
}

/** Of 2026-07-28, "Multi Round-Trip Requests". */
const ROUND: readonly Part[] = [
  part(
    'server',
    '`inputRequests` of `input_required`',
    'output',
    'as the request of that name; what is blocked ends the call',
  ),
  part('client', '`inputResponses`', 'input', 'names that nobody asked for are dropped'),
  part('client', '`requestState`', 'no text', 'sealed by the gateway; the server gets its own'),
];

function subscription(): readonly Part[] {
  return [
    part(
      'client',
      '`uri`, and members that are not of this method',
      'input',
      'a URI that would be redacted is refused',
    ),
    part('client', META, 'input'),
    part('server', 'result', 'output'),
    FAILS,
  ];
}

function changed(what: string): readonly Part[] {
  return [part('server', 'params', 'no text', `not passed on: the gateway tells of its own ${what} without any`)];
}

function ask(request: string, answer: string): readonly Part[] {
  return [
    part('server', request, 'output', 'a blocked request is an error to the server'),
    part('client', answer, 'input', 'personal data is put back in the answer of the call'),
    part('client', 'message of an error', 'input', 'its data does not go on'),
  ];
}

/** Every method and notification of the gateway, with each text in it. */
const PARTS: Readonly<Record<string, readonly Part[]>> = {
  initialize: [
    part('client', '`clientInfo`, `capabilities`', 'no text', 'read by the gateway; servers get its own'),
    part(
      'server',
      '`serverInfo`, `instructions`',
      'definition',
      'not passed on; judged with `enable_server_info_validation`',
    ),
  ],
  'server/discover': [
    part('client', '`_meta` of the envelope', 'no text', 'read by the gateway; servers get its own'),
    part(
      'server',
      '`serverInfo`, `instructions`',
      'definition',
      'not passed on; judged with `enable_server_info_validation`',
    ),
  ],
  ping: [part('client', 'params', 'no text', 'answered by the gateway')],
  'logging/setLevel': [part('client', '`level`', 'no text', 'one of eight words')],
  'tools/list': list(
    'definition: names, titles, descriptions, schemas with their property names, annotations, `_meta`',
  ),
  'tools/call': [
    part('client', '`name`', 'no text', 'matched against the list of the server'),
    part('client', '`arguments`: every string, member name and long integer', 'input'),
    part('client', META, 'input'),
    part('server', 'result: all content, `structuredContent`, `_meta`, member names', 'output'),
    ...ROUND,
    FAILS,
  ],
  'prompts/list': list('definition: name, title, description, arguments, `_meta`'),
  'prompts/get': [
    part('client', '`name`', 'no text', 'matched against the list of the server'),
    part('client', '`arguments`, and members that are not of this method', 'input'),
    part('client', META, 'input'),
    part('server', 'result: description, messages', 'output'),
    ...ROUND,
    FAILS,
  ],
  'resources/list': list('definition: URI, name, title, description, `_meta`'),
  'resources/templates/list': list('definition: URI template, name, title, description, `_meta`'),
  'resources/read': [
    part('client', '`uri`, and members that are not of this method', 'input'),
    part('client', META, 'input'),
    part('server', 'result: contents, `blob` where it is text', 'output'),
    ...ROUND,
    FAILS,
  ],
  'resources/subscribe': subscription(),
  'resources/unsubscribe': subscription(),
  'subscriptions/listen': [
    part('client', '`resourceSubscriptions`', 'input', 'each as a `resources/subscribe`'),
    part('client', 'all else', 'no text', 'not passed on'),
  ],
  'notifications/subscriptions/acknowledged': [
    part('client', '`notifications`', 'no text', 'what is served of the filter of the client itself'),
    part('server', 'the errors of what could not be subscribed to', 'output'),
  ],
  'completion/complete': [
    part('client', '`ref` of a prompt', 'no text', 'its name is matched; other members do not go on'),
    part('client', '`ref.uri` of a resource', 'input'),
    part('client', '`argument`, `context`, and members that are not of this method', 'input'),
    part('client', META, 'input'),
    part('server', 'result: `values`', 'output'),
    FAILS,
  ],
  'sampling/createMessage': ask('`messages`, `systemPrompt`, `tools` and all else', 'result: `content` and all else'),
  'elicitation/create': ask('`message`, `requestedSchema`, `url` and all else', 'result: `content` and all else'),
  'roots/list': ask('params', 'result: URIs and names'),
  'notifications/initialized': [part('client', 'params', 'no text', 'not passed on')],
  'notifications/cancelled': [
    part('client', '`reason`', 'no text', 'not passed on; servers get a word of the gateway'),
    part('server', '`reason`', 'no text', 'not passed on; clients get a sentence of the gateway'),
  ],
  'notifications/progress': [
    part(
      'server',
      '`message`',
      'output',
      'shown without it when it would be blocked or a provider would have to be asked',
    ),
    part('client', '`message`', 'no text', 'not passed on; the numbers are'),
  ],
  'notifications/message': [
    part(
      'server',
      '`data`, `logger`',
      'output',
      'left out when it would be blocked or a provider would have to be asked',
    ),
  ],
  'notifications/elicitation/complete': [
    part('server', '`elicitationId` of a request that was shown', 'no text', 'judged with that request'),
    part('server', 'any other `elicitationId`', 'output', 'as log lines'),
  ],
  'notifications/resources/updated': [
    part('server', '`uri` that was subscribed to', 'no text', 'the text of the client, judged with its request'),
    part('server', '`uri` of a part of it', 'output', 'as log lines'),
    part('server', 'all else', 'no text', 'not passed on'),
  ],
  'notifications/tools/list_changed': changed('tools'),
  'notifications/prompts/list_changed': changed('prompts'),
  'notifications/resources/list_changed': changed('resources'),
  'notifications/roots/list_changed': [
    part('client', 'params', 'no text', 'not passed on: servers are told without any'),
  ],
};

/** Methods that have rows. */
export const COVERED: readonly string[] = Object.keys(PARTS);

const LITERAL =
  /'((?:tools|prompts|resources|completion|sampling|elicitation|roots|logging|tasks|subscriptions|notifications|server)\/[a-zA-Z_/]+)'/g;

/** Methods that the gateway knows: those of both tables, and every one that is written anywhere in the relay. */
export function methodsOfCode(): ReadonlySet<string> {
  const none = {} as never;
  const table = new MethodTable(none, none, none, none, none, none);
  const found = new Set([...table.of('2025').keys(), ...table.of('2026').keys()]);
  const folder = join(ROOT, 'src', 'mcp');
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.ts')) continue;
    for (const [, method = ''] of readFileSync(join(folder, file), 'utf8').matchAll(LITERAL)) found.add(method);
  }
  return found;
}

const PHASES: Readonly<Record<Phase, string>> = {
  input: '`input_guardrails_policy`',
  output: '`output_guardrails_policy`',
  definition: '`tool_guardrails_policy`',
  'no text': '–',
};

/** The rows of docs/guardrail-coverage.md. */
export function coverageTable(): string {
  const rows = COVERED.flatMap((method) =>
    (PARTS[method] ?? []).map(({ from, text, phase, note }) => [`\`${method}\``, from, text, PHASES[phase], note]),
  );
  return markdownTable(['method', 'from', 'text', 'judged by', 'and'], rows);
}
