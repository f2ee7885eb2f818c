// An upstream of 2026-07-28 that has what the server scenarios of @modelcontextprotocol/conformance 0.2 ask for, written from what they say
// they expect. On stdio, or over HTTP with --http (it then says where on stderr). No SDK: its answers are on the wire what stands here.
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import http from 'node:http';
import { createInterface } from 'node:readline';
import { answers, object, prompts, refuse, says, text, tools, words } from './conformance-content.mjs';

const META = 'io.modelcontextprotocol/';
const SERVER_INFO = { name: 'conformance-modern', version: '1' };
const ASKING = new Set(['tools/call', 'prompts/get', 'resources/read']);
const CACHEABLE = /^(server\/discover|resources\/read|(tools|prompts|resources|resources\/templates)\/list)$/;

const secret = randomBytes(32);
const sealOf = (value) => createHmac('sha256', secret).update(value).digest('base64url');
const stateOf = (value) => `${value}.${sealOf(value)}`;
function readState(state) {
  const [value = '', seal = ''] = String(state).split('.');
  const expected = Buffer.from(sealOf(value));
  const given = Buffer.from(seal);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) refuse('The state was tampered with.');
  return value;
}

const required = (inputRequests, state) => ({
  resultType: 'input_required',
  inputRequests,
  ...(state !== undefined && { requestState: stateOf(state) }),
});
const elicitation = (message, name, type = 'string') => ({
  method: 'elicitation/create',
  params: { message, requestedSchema: object({ [name]: { type } }, [name]) },
});
const sampling = (question, maxTokens) => ({
  method: 'sampling/createMessage',
  params: { messages: [{ role: 'user', content: words(question) }], maxTokens },
});
const ROOTS = { method: 'roots/list', params: {} };

/** What was accepted under a name; undefined = it has to be asked for. */
function accepted({ inputResponses }, name) {
  const response = inputResponses?.[name];
  return response?.action === 'accept' && typeof response.content === 'object' ? response.content : undefined;
}

/** Answers of tools that ask, by name: they get all params of the call, and what the client can do. */
const asking = {
  test_input_required_result_elicitation: (params) => {
    const name = accepted(params, 'user_name')?.name;
    if (typeof name === 'string') return text(`Hello, ${name}!`);
    return required({ user_name: elicitation('What is your name?', 'name') });
  },
  test_input_required_result_sampling: ({ inputResponses }) => {
    const answer = inputResponses?.capital_question?.content?.text;
    if (typeof answer === 'string') return text(answer);
    return required({ capital_question: sampling('What is the capital of France?', 100) });
  },
  test_input_required_result_list_roots: ({ inputResponses }) => {
    const roots = inputResponses?.client_roots?.roots;
    return Array.isArray(roots) ? text(JSON.stringify(roots)) : required({ client_roots: ROOTS });
  },
  test_input_required_result_request_state: (params) => {
    if (accepted(params, 'confirm') === undefined) {
      return required({ confirm: elicitation('Please confirm', 'ok', 'boolean') }, 'confirm');
    }
    return text(readState(params.requestState) === 'confirm' ? 'state-ok' : 'another state');
  },
  test_input_required_result_multiple_inputs: (params) => {
    if (params.inputResponses === undefined) {
      const inputRequests = {
        user_name: elicitation('What is your name?', 'name'),
        greeting: sampling('Generate a greeting', 50),
        client_roots: ROOTS,
      };
      return required(inputRequests, 'all');
    }
    readState(params.requestState);
    return text(Object.keys(params.inputResponses).sort().join());
  },
  test_input_required_result_multi_round: (params) => {
    const round = params.requestState === undefined ? '' : readState(params.requestState);
    if (round === 'one')
      return required({ step2: elicitation('Step 2: What is your favorite color?', 'color') }, 'two');
    if (round === 'two') return text(`done: ${String(accepted(params, 'step2')?.color)}`);
    return required({ step1: elicitation('Step 1: What is your name?', 'name') }, 'one');
  },
  test_input_required_result_tampered_state: (params) => {
    if (params.requestState === undefined)
      return required({ confirm: elicitation('Confirm', 'ok', 'boolean') }, 'seal');
    return text(readState(params.requestState));
  },
  test_input_required_result_capabilities: (params, { can }) => {
    if (params.inputResponses !== undefined) return text('answered');
    const inputRequests = {
      ...(can.elicitation !== undefined && { user_name: elicitation('What is your name?', 'name') }),
      ...(can.sampling !== undefined && { greeting: sampling('Generate a greeting', 50) }),
    };
    return Object.keys(inputRequests).length > 0 ? required(inputRequests) : text('There is nobody to ask.');
  },
  test_streaming_elicitation: (params, { can }) =>
    accepted(params, 'user_name') !== undefined || can.elicitation === undefined
      ? text('answered')
      : required({ user_name: elicitation('What is your name?', 'name') }),
  test_missing_capability: (_params, { can }) => {
    if (can.sampling !== undefined) return text('sampled');
    const data = { requiredCapabilities: { sampling: {} } };
    throw Object.assign(new Error('The client cannot sample.'), { code: -32021, data });
  },
  test_logging_tool: (_params, { meta, notify }) => {
    if (meta[`${META}logLevel`] !== undefined) notify('notifications/message', { level: 'info', data: 'a line' });
    return text('logged');
  },
};

/** Its tools that ask in the middle of a call belong to the other era. */
const ASKS_IN_THE_MIDDLE = /^test_(sampling|elicitation|reconnection)/;
const offered = Object.fromEntries(Object.entries(tools).filter(([name]) => !ASKS_IN_THE_MIDDLE.test(name)));

function list() {
  const own = Object.keys(asking).map((name) => ({ name, description: name, inputSchema: object() }));
  return { tools: [...answers['tools/list']().tools.filter(({ name }) => name in offered), ...own] };
}

const discover = () => ({
  supportedVersions: ['2026-07-28'],
  capabilities: { tools: {}, prompts: {}, resources: {}, completions: {}, logging: {} },
  serverInfo: SERVER_INFO,
  _meta: { [`${META}serverInfo`]: SERVER_INFO },
});

async function resultOf(method, params, context) {
  if (method === 'server/discover') return discover();
  if (method === 'tools/list') return list();
  if (method === 'tools/call' && asking[params.name] !== undefined) return asking[params.name](params, context);
  if (method === 'tools/call' && !(params.name in offered)) refuse('Unknown tool');
  if (method === 'prompts/list') {
    const asks = { name: 'test_input_required_result_prompt', description: 'It asks for its context.' };
    return { prompts: [...answers[method]().prompts, asks] };
  }
  if (method === 'prompts/get' && params.name === 'test_input_required_result_prompt') {
    const context = accepted(params, 'user_context')?.context;
    if (typeof context === 'string') return says(words(`Context: ${context}`));
    return required({ user_context: elicitation('What context should the prompt use?', 'context') });
  }
  if (method === 'prompts/get' && prompts[params.name] === undefined) refuse('Unknown prompt');
  if (method.endsWith('subscribe') || answers[method] === undefined) refuse('Method not found', -32601);
  const sendNotification = async ({ method: name, params: said }) => {
    if (name !== 'notifications/message' || context.meta[`${META}logLevel`] !== undefined) context.notify(name, said);
  };
  return answers[method](params, { _meta: context.meta, sendNotification });
}

/** The answer to one request. */
async function answer({ id, method, params = {} }, notify) {
  const meta = params._meta ?? {};
  const can = meta[`${META}clientCapabilities`];
  try {
    if (meta[`${META}protocolVersion`] !== '2026-07-28' || can === undefined) refuse('The envelope is missing.');
    const result = await resultOf(method, params, { meta, can, notify });
    const kept = CACHEABLE.test(method) && { ttlMs: 0, cacheScope: 'private' };
    if (result.resultType === 'input_required' && !ASKING.has(method)) refuse('It may not ask.', -32603);
    return { jsonrpc: '2.0', id, result: { resultType: 'complete', ...kept, ...result } };
  } catch (error) {
    const { code = -32603, message, data } = error;
    // As that era has it.
    return { jsonrpc: '2.0', id, error: { code: code === -32002 ? -32602 : code, message, data } };
  }
}

const STATUS = new Map([
  [-32601, 404],
  [-32021, 400],
]);

function serve() {
  const listener = http.createServer(async (req, res) => {
    if (req.method !== 'POST') {
      res.writeHead(405).end();
      return;
    }
    let body = '';
    for await (const chunk of req.setEncoding('utf8')) body += chunk;
    const message = JSON.parse(body);
    if (message.id === undefined) {
      res.writeHead(202).end();
      return;
    }
    const write = (value) => res.write(`data: ${JSON.stringify(value)}\n\n`);
    const answered = await answer(message, (method, params) => {
      if (!res.headersSent) res.writeHead(200, { 'content-type': 'text/event-stream' });
      write({ jsonrpc: '2.0', method, params });
    });
    if (res.headersSent) {
      write(answered);
      res.end();
      return;
    }
    res.writeHead(STATUS.get(answered.error?.code) ?? 200, { 'content-type': 'application/json' });
    res.end(JSON.stringify(answered));
  });
  listener.listen(0, '127.0.0.1', () => {
    process.stderr.write(`listening http://127.0.0.1:${listener.address().port}/mcp\n`);
  });
}

if (process.argv.includes('--http')) serve();
else {
  const say = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);
  createInterface({ input: process.stdin }).on('line', async (line) => {
    const message = JSON.parse(line);
    if (message.method === 'initialize') {
      // Servers of this era do not know it.
      say({ jsonrpc: '2.0', id: message.id, error: { code: -32601, message: 'Method not found' } });
    } else if (message.id !== undefined) {
      say(await answer(message, (method, params) => say({ jsonrpc: '2.0', method, params })));
    }
  });
}
