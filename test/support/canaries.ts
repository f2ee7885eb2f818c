import { randomBytes } from 'node:crypto';

/** A value that must stay where it belongs, and everything that would show it. */
interface Canary {
  readonly name: string;
  readonly value: string;
  readonly forms: readonly { readonly form: string; readonly text: string }[];
}

/** Where a value was found, and how it was written. */
export interface Leak {
  readonly canary: string;
  readonly sink: string;
  readonly form: string;
  readonly near: string;
}

/** As many characters as a short excerpt of a key would show. */
const CORE_CHARS = 16;

/**
 * Values that stand for secrets. Each starts with a random core, so that an excerpt, an escaped and a shortened form show it as well as the
 * whole; behind it stand characters that encodings change.
 */
export class Canaries {
  private readonly all: Canary[] = [];
  private readonly sinks: { readonly name: string; readonly text: string; readonly except: ReadonlySet<string> }[] = [];

  /** A new secret. @param tail what follows its core; by default what a bearer token may hold */
  make(name: string, tail = '.a+b/c=='): string {
    return this.know(name, randomBytes(CORE_CHARS / 2).toString('hex') + tail);
  }

  /** A secret that was made elsewhere. */
  know(name: string, value: string): string {
    this.all.push({ name, value, forms: formsOf(value.slice(0, CORE_CHARS)) });
    return value;
  }

  /** A place to search. @param except canaries that belong there */
  sink(name: string, content: string | Buffer, except: readonly string[] = []): void {
    const text = typeof content === 'string' ? content : content.toString('latin1');
    this.sinks.push({ name, text, except: new Set(except) });
  }

  get sinkNames(): string[] {
    return this.sinks.map(({ name }) => name);
  }

  /** The bytes in all sinks whose name starts like this. */
  sizeOf(prefix: string): number {
    return this.sinks.filter(({ name }) => name.startsWith(prefix)).reduce((sum, { text }) => sum + text.length, 0);
  }

  leaks(): Leak[] {
    const found: Leak[] = [];
    for (const { name: sink, text, except } of this.sinks) {
      const lower = text.toLowerCase();
      for (const canary of this.all) {
        if (except.has(canary.name)) continue;
        for (const { form, text: wanted } of canary.forms) {
          const at = form.startsWith('base64') ? text.indexOf(wanted) : lower.indexOf(wanted.toLowerCase());
          if (at < 0) continue;
          found.push({ canary: canary.name, sink, form, near: text.slice(Math.max(0, at - 80), at + 60) });
          break;
        }
      }
    }
    return found;
  }
}

function formsOf(core: string): Canary['forms'] {
  const bytes = Buffer.from(core);
  const base64 = [0, 1, 2].flatMap((shift) => {
    // What stands before decides how the bytes fall into groups of three; the first and last group depend on the neighbours.
    const text = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .replace(/=+$/, '')
      .slice(4, -4);
    const url = text.replaceAll('+', '-').replaceAll('/', '_');
    return [
      { form: `base64, shifted by ${String(shift)}`, text },
      { form: `base64url, shifted by ${String(shift)}`, text: url },
    ];
  });
  const hex = bytes.toString('hex');
  return [
    { form: 'as it is', text: core },
    ...base64,
    { form: 'hex', text: hex },
    { form: 'percent-encoded', text: hex.replace(/../g, '%$&') },
    { form: 'JSON escapes', text: hex.replace(/../g, '\\u00$&') },
    { form: 'UTF-16', text: Array.from(core).join('\0') },
    { form: 'backwards', text: Array.from(core).reverse().join('') },
    { form: 'list of bytes', text: [...bytes].join(',') },
    { form: 'its first half', text: core.slice(0, CORE_CHARS / 2 + 2) },
  ];
}
