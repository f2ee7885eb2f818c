import { createHash } from 'node:crypto';
import { isIP } from 'node:net';
import type { ProviderType, RemoteProviderSettings } from '../contracts/remote-check.js';
import type { ConfigPath, RawProblem } from './problem.js';
import type { PluginsSection } from './schema-plugins.js';
import type { ProviderSection } from './schema-providers.js';
import { resolveReferences, type SecretSources } from './secret-reference.js';

/** A provider that a policy may use. */
export interface BookedProvider {
  readonly settings: RemoteProviderSettings;
  /** What its policies do when they do not say it themselves. */
  readonly failOpen: boolean;
}

/** Where secrets are and where faults go. */
export interface BookScope {
  readonly sources: SecretSources;
  readonly problems: RawProblem[];
  readonly warnings: RawProblem[];
}

interface Entry {
  readonly name: string;
  readonly type: ProviderType;
  readonly section: ProviderSection;
  readonly path: ConfigPath;
}

const PATH: ConfigPath = ['plugins', 'guardrails', 'config'];
const DEFAULT_URL = 'https://api.enkryptai.com';
/** What generated files held until somebody entered a key. */
const PLACEHOLDER = 'YOUR_ENKRYPT_API_KEY';
/** A key goes into a header: visible ASCII (RFC 9110 §5.5). */
const HEADER_SAFE = /^[\x21-\x7e]+$/;

/**
 * The remote providers of the config: the main one, named by its type, and those of `providers`. One that no policy uses may lack a
 * key, so each is looked at when it is first used; its faults are told once.
 */
export class ProviderBook {
  /** Name of the provider that policies with an unknown name go to; null = everything is local. */
  readonly main: ProviderType | null;
  readonly #scope: BookScope;
  readonly #entries = new Map<string, Entry>();
  readonly #resolved = new Map<string, BookedProvider | null>();

  constructor(plugins: PluginsSection, scope: BookScope) {
    const { provider, config } = plugins.guardrails;
    this.#scope = scope;
    this.main = provider === 'local' ? null : provider;
    for (const [name, section] of Object.entries(config.providers)) {
      const path = [...PATH, 'providers', name];
      if (name === 'local' || name === this.main) {
        scope.problems.push({ path, message: 'this name is taken: choose another one for this provider' });
      } else {
        this.#entries.set(name, { name, type: section.type, section, path });
      }
    }
    if (this.main !== null)
      this.#entries.set(this.main, { name: this.main, type: this.main, section: config, path: PATH });
  }

  /** Every name that a policy may use. */
  get names(): readonly string[] {
    return ['local', ...this.#entries.keys()];
  }

  /** Null = there is no such provider, or its settings are faulty; `has` tells which. */
  get(name: string): BookedProvider | null {
    const entry = this.#entries.get(name);
    if (entry === undefined) return null;
    const known = this.#resolved.get(name);
    if (known !== undefined) return known;
    const resolved = resolve(entry, this.#scope);
    this.#resolved.set(name, resolved);
    return resolved;
  }

  has(name: string): boolean {
    return this.#entries.has(name);
  }

  typeOf(name: string): ProviderType | null {
    return this.#entries.get(name)?.type ?? null;
  }
}

function resolve(entry: Entry, scope: BookScope): BookedProvider | null {
  const { name, type, section, path } = entry;
  const before = scope.problems.length;
  const url = readUrl(entry, scope);
  const apiKey = readKey(entry, scope);
  const secretPath = [...path, 'signing_secret'];
  const signingSecret = resolveReferences(section.signing_secret ?? '', secretPath, scope.sources, scope.problems);
  if (type === 'enkrypt' && apiKey === null && scope.problems.length === before) {
    const message = 'is needed, because a policy asks this service; "${env:NAME}" takes it from the environment';
    scope.problems.push({ path: [...path, 'api_key'], message });
  }
  if (url === null || scope.problems.length > before) return null;
  noteDangers(entry, url, apiKey, scope);
  const settings = {
    name,
    type,
    url,
    apiKey,
    signingSecret: signingSecret === '' ? null : signingSecret,
    model: section.model ?? null,
    timeoutMs: section.timeout * 1000,
    maxConcurrentRequests: section.max_concurrent_requests,
  };
  const hash = createHash('sha256').update(JSON.stringify(settings)).digest('hex');
  return { settings: Object.freeze({ ...settings, hash }), failOpen: section.fail_open };
}

function readUrl({ type, section, path }: Entry, { problems }: BookScope): string | null {
  const text = section.base_url ?? (type === 'enkrypt' ? DEFAULT_URL : '');
  const fault = faultOfUrl(text, type);
  if (fault !== null) {
    problems.push({ path: [...path, 'base_url'], message: fault });
    return null;
  }
  const { href } = new URL(text);
  return type === 'http' ? href : href.replace(/\/+$/, '');
}

function faultOfUrl(text: string, type: ProviderType): string | null {
  if (text === '') return 'is needed: the address of the service';
  if (!URL.canParse(text)) return 'must be an http or https URL';
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return 'must be an http or https URL';
  if (url.username !== '' || url.password !== '') return 'must not hold credentials; they belong in api_key';
  const mayHaveQuery = type === 'http';
  return url.hash !== '' || (url.search !== '' && !mayHaveQuery) ? 'must end with the path of the service' : null;
}

function readKey({ section, path }: Entry, { sources, problems }: BookScope): string | null {
  const at = [...path, 'api_key'];
  const key = resolveReferences(section.api_key ?? '', at, sources, problems);
  if (key === '' || key === PLACEHOLDER) return null;
  if (HEADER_SAFE.test(key)) return key;
  problems.push({ path: at, message: 'must be visible ASCII characters, without spaces and line breaks' });
  return null;
}

function noteDangers({ section, path }: Entry, url: string, apiKey: string | null, { warnings }: BookScope): void {
  const { protocol, hostname } = new URL(url);
  if (protocol === 'http:' && !isLoopback(hostname)) {
    const what =
      apiKey === null ? 'the text that is checked travels' : 'the text that is checked and the API key travel';
    warnings.push({ path: [...path, 'base_url'], message: `${what} in clear to another machine; use https` });
  }
  if (section.fail_open) warnings.push({ path: [...path, 'fail_open'], message: FAIL_OPEN });
}

/** Said wherever a policy fails open. */
export const FAIL_OPEN = 'what the provider cannot check goes on unchecked; false refuses it';

function isLoopback(hostname: string): boolean {
  if (hostname === 'localhost' || hostname === '[::1]') return true;
  return isIP(hostname) === 4 && hostname.startsWith('127.');
}
