import { looksSecret } from './secret-look.js';

/** What `server add` was told about the server itself. */
export interface ServerWords {
  readonly url?: string;
  /** `[name, value]` of every `--header`. */
  readonly header: readonly (readonly [string, string])[];
  readonly transport?: 'sse' | 'streamable-http';
  readonly command?: string;
  readonly arg: readonly string[];
  /** `[name, value]` of every `--env`. */
  readonly env: readonly (readonly [string, string])[];
  readonly description?: string;
  /** Names for the allow-list. */
  readonly tool: readonly string[];
}

type Json = Record<string, unknown>;

/**
 * Why these words make no server; null = they do.
 * @param line what stands behind `--`
 */
export function wordsFault(words: ServerWords, line: readonly string[]): string | null {
  const ways = [words.url !== undefined, words.command !== undefined, line.length > 0].filter(Boolean).length;
  if (ways === 0) return 'say how the server is reached: --url URL, --command CMD, or -- CMD ARGS...';
  if (ways > 1) return 'give one of --url, --command and -- CMD ARGS...';
  if (words.url === undefined) return processFault(words, line);
  if (words.arg.length > 0 || words.env.length > 0) return '--arg and --env belong to a server with a command';
  return pairsFault(
    words.header.map(([name]) => name.toLowerCase()),
    '--header',
    "'Name: value'",
  );
}

function processFault(words: ServerWords, line: readonly string[]): string | null {
  if (words.header.length > 0 || words.transport !== undefined) {
    return '--header and --transport belong to a server with --url';
  }
  if (line.length > 0 && words.arg.length > 0) return 'give the arguments behind --, or with --arg, not both';
  const [command = words.command ?? ''] = line;
  if (/^https?:\/\//i.test(command)) return `${command} is an address: use --url ${command}`;
  return pairsFault(
    words.env.map(([name]) => name),
    '--env',
    'NAME=value',
  );
}

function pairsFault(names: readonly string[], option: string, form: string): string | null {
  return names.includes('') ? `${option} is written ${form}` : repeated(names, option);
}

function repeated(names: readonly string[], option: string): string | null {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  return twice === undefined ? null : `${option} names ${twice} twice`;
}

/** The `config` of the entry. */
function connectionOf(words: ServerWords, line: readonly string[]): Json {
  const { url, transport } = words;
  if (url !== undefined) {
    return {
      url,
      ...(words.header.length > 0 && { headers: Object.fromEntries(words.header) }),
      ...(transport !== undefined && { transport }),
    };
  }
  const [command = '', ...args] = line.length > 0 ? line : [words.command ?? '', ...words.arg];
  return {
    command,
    ...(args.length > 0 && { args }),
    ...(words.env.length > 0 && { env: Object.fromEntries(words.env) }),
  };
}

/**
 * The entry to write. Of an entry that is replaced, everything stays that was not said anew: to lose its guardrail policies or its
 * allow-list by the way would open what was closed.
 */
export function entryOf(name: string, words: ServerWords, line: readonly string[], before: Json | null): Json {
  const description = words.description ?? before?.description ?? '';
  const tools =
    words.tool.length > 0 ? Object.fromEntries(words.tool.map((tool) => [tool, ''])) : (before?.tools ?? {});
  return { ...before, server_name: name, description, config: connectionOf(words, line), tools };
}

/** Advice on values that look like secrets and stand in the words in clear; never repeats one. */
export function secretAdvice(words: ServerWords, line: readonly string[]): string[] {
  const named = [
    ...words.header.map(([name, value]) => ({
      name,
      value,
      what: `the header ${name}`,
      option: `--header '${name}: `,
    })),
    ...words.env.map(([name, value]) => ({ name, value, what: `the variable ${name}`, option: `--env '${name}=` })),
  ];
  const advice = named
    .filter(({ name, value }) => looksSecret(name, value))
    .map(({ name, value, what, option }) => {
      const scheme = /^(?:bearer|basic) /i.exec(value)?.[0] ?? '';
      const variable = name.toUpperCase().replace(/[^A-Z0-9]+/g, '_');
      return `${what} looks like a secret and stands in the file in clear; better ${option}${scheme}\${env:${variable}}' or \${file:PATH}`;
    });
  const args = line.length > 0 ? line.slice(1) : words.arg;
  if (words.url !== undefined && shownUrl(words.url) !== words.url) {
    advice.push('the URL has a parameter that looks like a secret; better ${env:NAME} in its place, or --header');
  }
  if (shownArguments(args).some((arg, index) => arg !== args[index])) {
    advice.push('an argument looks like a secret, and arguments are seen by every user of the machine; better --env');
  }
  return advice;
}

const HIDDEN = '(hidden)';

/** Arguments with those hidden that look like secrets. */
function shownArguments(args: readonly string[]): string[] {
  return args.map((arg, index) => {
    const own = /^--?[\w-]+=/.exec(arg)?.[0] ?? '';
    return looksSecret(optionName(args, index), arg.slice(own.length)) ? own + HIDDEN : arg;
  });
}

/** A URL with the values of those parameters hidden that look like secrets. */
function shownUrl(url: string): string {
  return url.replace(/([?&]([^=&#]*)=)([^&#]*)/g, (whole, start: string, name: string, value: string) =>
    looksSecret(name, value) ? start + HIDDEN : whole,
  );
}

/** `--token` in front of an argument, or as its own beginning; '' for a plain argument. */
function optionName(args: readonly string[], index: number): string {
  const own = /^--?([\w-]+)=/.exec(args[index] ?? '')?.[1];
  if (own !== undefined) return own;
  if ((args[index] ?? '').startsWith('-')) return '';
  return /^--?([\w-]+)$/.exec(args[index - 1] ?? '')?.[1] ?? '';
}

/** The entry for people to look at: values that look like secrets are left out. */
export function shownEntry(entry: Json): Json {
  const config = entry.config as Json;
  const hide = (values: unknown): Json =>
    Object.fromEntries(
      Object.entries(values as Record<string, string>).map(([name, value]) => [
        name,
        looksSecret(name, value) ? HIDDEN : value,
      ]),
    );
  return {
    ...entry,
    config: {
      ...config,
      ...(typeof config.url === 'string' && { url: shownUrl(config.url) }),
      ...(Array.isArray(config.args) && { args: shownArguments(config.args as string[]) }),
      ...(config.headers !== undefined && { headers: hide(config.headers) }),
      ...(config.env !== undefined && { env: hide(config.env) }),
    },
  };
}
