// What the server scenarios of @modelcontextprotocol/conformance ask for in both eras, written from what they say they expect.
import { setTimeout as sleep } from 'node:timers/promises';
import { ResultSchema } from '@modelcontextprotocol/sdk/types.js';

const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==';
/** A header and no samples. */
const WAV = 'UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQAAAAA=';

export const words = (text) => ({ type: 'text', text });
export const text = (value) => ({ content: [words(value)] });
const image = { type: 'image', data: PNG, mimeType: 'image/png' };
const embedded = (uri, mimeType, value) => ({ type: 'resource', resource: { uri, mimeType, text: value } });
export const object = (properties = {}, required = []) => ({ type: 'object', properties, required });
export const string = (description) => ({ type: 'string', description });

async function elicit(extra, prefix, message, requestedSchema) {
  const { action, content } = await extra.sendRequest(
    { method: 'elicitation/create', params: { message, requestedSchema } },
    ResultSchema,
  );
  return text(`${prefix}: action=${action}, content=${JSON.stringify(content ?? {})}`);
}
const titled = (prefix, titles) => titles.map((title, index) => ({ const: `${prefix}${index + 1}`, title }));
const OPTIONS = ['option1', 'option2', 'option3'];
const DEFAULTS = object({
  name: { type: 'string', default: 'John Doe' },
  age: { type: 'integer', default: 30 },
  score: { type: 'number', default: 95.5 },
  status: { type: 'string', enum: ['active', 'inactive', 'pending'], default: 'active' },
  verified: { type: 'boolean', default: true },
});
const ENUMS = object({
  untitledSingle: { type: 'string', enum: OPTIONS },
  titledSingle: { type: 'string', oneOf: titled('value', ['First Option', 'Second Option', 'Third Option']) },
  legacyEnum: {
    type: 'string',
    enum: ['opt1', 'opt2', 'opt3'],
    enumNames: ['Option One', 'Option Two', 'Option Three'],
  },
  untitledMulti: { type: 'array', items: { type: 'string', enum: OPTIONS } },
  titledMulti: {
    type: 'array',
    items: { anyOf: titled('value', ['First Choice', 'Second Choice', 'Third Choice']) },
  },
});

export const tools = {
  test_simple_text: { run: () => text('This is a simple text response for testing.') },
  test_image_content: { run: () => ({ content: [image] }) },
  test_audio_content: { run: () => ({ content: [{ type: 'audio', data: WAV, mimeType: 'audio/wav' }] }) },
  test_embedded_resource: {
    run: () => ({
      content: [embedded('test://embedded-resource', 'text/plain', 'This is an embedded resource content.')],
    }),
  },
  test_multiple_content_types: {
    run: () => ({
      content: [
        words('Multiple content types test:'),
        image,
        embedded('test://mixed-content-resource', 'application/json', '{"test":"data","value":123}'),
      ],
    }),
  },
  test_tool_with_logging: {
    run: async (_args, extra) => {
      for (const data of ['Tool execution started', 'Tool processing data', 'Tool execution completed']) {
        await extra.sendNotification({ method: 'notifications/message', params: { level: 'info', data } });
        await sleep(50);
      }
      return text('logged');
    },
  },
  test_tool_with_progress: {
    run: async (_args, extra) => {
      const progressToken = extra._meta?.progressToken;
      for (const progress of [0, 50, 100]) {
        const params = { progressToken, progress, total: 100 };
        if (progressToken !== undefined) await extra.sendNotification({ method: 'notifications/progress', params });
        await sleep(50);
      }
      return text('done');
    },
  },
  test_error_handling: {
    run: () => ({ isError: true, ...text('This tool intentionally returns an error for testing') }),
  },
  test_reconnection: {
    run: async (_args, extra) => {
      await sleep(50);
      extra.closeSSEStream?.();
      await sleep(100);
      return text('Reconnection test completed');
    },
  },
  test_sampling: {
    inputSchema: object({ prompt: string('What to ask the model') }, ['prompt']),
    run: async ({ prompt }, extra) => {
      const params = { messages: [{ role: 'user', content: words(prompt) }], maxTokens: 100 };
      const { content } = await extra.sendRequest({ method: 'sampling/createMessage', params }, ResultSchema);
      return text(`LLM response: ${content?.text}`);
    },
  },
  test_elicitation: {
    inputSchema: object({ message: string('What to ask the user') }, ['message']),
    run: ({ message }, extra) =>
      elicit(
        extra,
        'User response',
        message,
        object({ username: string("User's response"), email: string("User's email address") }, ['username', 'email']),
      ),
  },
  test_elicitation_sep1034_defaults: {
    run: (_args, extra) => elicit(extra, 'Elicitation completed', 'defaults', DEFAULTS),
  },
  test_elicitation_sep1330_enums: {
    run: (_args, extra) => elicit(extra, 'Elicitation completed', 'enums', ENUMS),
  },
  json_schema_2020_12_tool: {
    inputSchema: {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      $defs: { address: { $anchor: 'address', ...object({ street: { type: 'string' }, city: { type: 'string' } }) } },
      allOf: [{ properties: { name: { minLength: 1 } } }],
      if: { required: ['address'] },
      then: { required: ['name'] },
      else: {},
      ...object({ name: { type: 'string' }, address: { $ref: '#/$defs/address' } }),
      additionalProperties: false,
    },
    run: (args) => text(JSON.stringify(args)),
  },
};

export const says = (...contents) => ({ messages: contents.map((content) => ({ role: 'user', content })) });
export const prompts = {
  test_simple_prompt: { run: () => says(words('This is a simple prompt for testing.')) },
  test_prompt_with_arguments: {
    takes: ['arg1', 'arg2'],
    run: ({ arg1, arg2 }) => says(words(`Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`)),
  },
  test_prompt_with_embedded_resource: {
    takes: ['resourceUri'],
    run: ({ resourceUri }) =>
      says(
        embedded(resourceUri, 'text/plain', 'Embedded resource content for testing.'),
        words('Please process the embedded resource above.'),
      ),
  },
  test_prompt_with_image: { run: () => says(image, words('Please analyze the image above.')) },
};

const resources = {
  'test://static-text': { mimeType: 'text/plain', text: 'This is the content of the static text resource.' },
  'test://static-binary': { mimeType: 'image/png', blob: PNG },
  'test://watched-resource': { mimeType: 'text/plain', text: 'watched' },
};
const TEMPLATE = /^test:\/\/template\/([^/]+)\/data$/;

export function refuse(message, code = -32602) {
  throw Object.assign(new Error(message), { code });
}

function contentsOf(uri) {
  const [, id] = TEMPLATE.exec(uri) ?? [];
  if (id !== undefined) {
    const data = { id, templateTest: true, data: `Data for ID: ${id}` };
    return { uri, mimeType: 'application/json', text: JSON.stringify(data) };
  }
  return resources[uri] === undefined ? refuse('Resource not found', -32002) : { uri, ...resources[uri] };
}

export const answers = {
  'tools/list': () => ({
    tools: Object.entries(tools).map(([name, { inputSchema = object() }]) => ({
      name,
      description: name,
      inputSchema,
    })),
  }),
  'tools/call': async ({ name, arguments: args = {} }, extra) => {
    try {
      return await (tools[name]?.run(args, extra) ?? refuse(`Unknown tool: ${name}`));
    } catch (error) {
      return { isError: true, ...text(error.message) };
    }
  },
  'prompts/list': () => ({
    prompts: Object.entries(prompts).map(([name, { takes = [] }]) => ({
      name,
      description: name,
      arguments: takes.map((each) => ({ name: each, description: each, required: true })),
    })),
  }),
  'prompts/get': ({ name, arguments: args = {} }) => prompts[name]?.run(args) ?? refuse('Unknown prompt'),
  'resources/list': () => ({
    resources: Object.entries(resources).map(([uri, { mimeType }]) => ({ uri, name: uri, description: uri, mimeType })),
  }),
  'resources/templates/list': () => ({
    resourceTemplates: [
      { uriTemplate: 'test://template/{id}/data', name: 'data', description: 'data', mimeType: 'application/json' },
    ],
  }),
  'resources/read': ({ uri }) => ({ contents: [contentsOf(uri)] }),
  'resources/subscribe': () => ({}),
  'resources/unsubscribe': () => ({}),
  'completion/complete': ({ argument }) => ({
    completion: { values: ['paris', 'park', 'party'].filter((each) => each.startsWith(argument.value)), total: 3 },
  }),
};
