// Shared by the upstream servers and the load generator: tool definitions, deterministic payloads, argument parsing.
const PATTERN =
  'The quick brown fox jumps over the lazy dog 0123456789. "quoted" and \\slashed\\ text, line\nbreaks\ttabs; café. ';

const cache = new Map();
/** Deterministic text of exactly n UTF-16 code units (mostly ASCII, with some characters that JSON must escape). */
export function blobText(n) {
  let s = cache.get(n);
  if (s === undefined) {
    s = PATTERN.repeat(Math.ceil(n / PATTERN.length)).slice(0, n);
    if (cache.size > 64) cache.clear();
    cache.set(n, s);
  }
  return s;
}

/** The tools every upstream test server offers; `extra` pads the list with that many more. */
export function toolDefs(extra = 0, prefix = '') {
  const t = [
    {
      name: `${prefix}echo`,
      description: 'Returns the message unchanged.',
      inputSchema: { type: 'object', properties: { message: { type: 'string' } }, required: ['message'] },
    },
    {
      name: `${prefix}sleep`,
      description: 'Waits for ms milliseconds.',
      inputSchema: { type: 'object', properties: { ms: { type: 'number' } }, required: ['ms'] },
    },
    {
      name: `${prefix}blob`,
      description: 'Returns that many characters of text.',
      inputSchema: { type: 'object', properties: { bytes: { type: 'number' } }, required: ['bytes'] },
    },
  ];
  for (let i = 0; i < extra; i++) {
    t.push({
      name: `${prefix}extra_tool_${i}`,
      description: `Padding tool number ${i}: reads the record with the given id and returns its fields as text.`,
      inputSchema: {
        type: 'object',
        properties: {
          id: { type: 'string', description: 'The id of the record.' },
          fields: { type: 'array', items: { type: 'string' } },
          limit: { type: 'integer', minimum: 1, maximum: 100 },
        },
        required: ['id'],
      },
    });
  }
  return t;
}

/** Minimal --flag value / --flag=value / --switch parser; a repeated flag becomes an array. */
export function parseArgs(argv, { repeat = [] } = {}) {
  const o = { _: [] };
  for (let i = 0; i < argv.length; i++) {
    const a = argv[i];
    if (!a.startsWith('--')) {
      o._.push(a);
      continue;
    }
    let [k, v] = a.slice(2).split(/=(.*)/s, 2);
    if (v === undefined) v = i + 1 < argv.length && !argv[i + 1].startsWith('--') ? argv[++i] : true;
    if (repeat.includes(k)) (o[k] ??= []).push(v);
    else o[k] = v;
  }
  return o;
}

export const median = (xs) => {
  if (!xs.length) return NaN;
  const s = [...xs].sort((a, b) => a - b);
  const m = s.length >> 1;
  return s.length % 2 ? s[m] : (s[m - 1] + s[m]) / 2;
};
export const round = (x, d = 3) => (Number.isFinite(x) ? Math.round(x * 10 ** d) / 10 ** d : null);
