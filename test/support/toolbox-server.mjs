// An upstream of the 2025 era on stdio with a few hundred tools. Its first argument names it, the second is how many fillers it has.
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';

const [name = 'toolbox', fillers = '300'] = process.argv.slice(2);
const properties = (members) => ({
  type: 'object',
  properties: Object.fromEntries(
    Object.entries(members).map(([key, description]) => [key, { type: 'string', description }]),
  ),
});
const NOUNS = ['ledger', 'widget', 'sensor', 'crate', 'pump', 'valve', 'beacon', 'turbine', 'gasket', 'hinge'];
const VERBS = ['calibrate', 'paint', 'weigh', 'stack', 'rinse', 'label', 'inspect', 'polish', 'align', 'seal'];

const tools = [
  {
    name: 'createCalendarEvent',
    title: 'New appointment',
    description: 'Puts a meeting into the calendar of a person.',
    inputSchema: properties({ start: 'When it begins', attendees: 'Who is invited' }),
  },
  {
    name: 'refund_payment',
    description: 'Gives the money of an order back to the customer.',
    inputSchema: properties({ order: 'Number of the order', iban: 'Bank account for the transfer' }),
  },
  ...Array.from({ length: Number(fillers) }, (_, index) => {
    const verb = VERBS[index % VERBS.length];
    const noun = NOUNS[Math.floor(index / VERBS.length) % NOUNS.length];
    return {
      name: `${verb}_${noun}_${index}`,
      description: `Tells the plant of ${name} to ${verb} ${noun} number ${index}, and waits until the shift leader has signed it off.`,
      inputSchema: properties({ hall: 'Hall of the plant', shift: 'Shift that does it' }),
    };
  }),
];

const server = new Server({ name, version: '1' }, { capabilities: { tools: {} } });
server.fallbackRequestHandler = async ({ method, params }) => {
  if (method === 'tools/list') return { tools };
  if (method === 'tools/call') return { content: [{ type: 'text', text: `${name} ${params.name}` }] };
  throw Object.assign(new Error('Method not found'), { code: -32601 });
};
await server.connect(new StdioServerTransport());
process.stdin.on('end', () => process.exit(0));
