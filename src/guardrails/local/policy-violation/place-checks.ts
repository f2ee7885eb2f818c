import type { Facts } from './call-facts.js';
import { sharesAct, type RuleCheck } from './rule-check.js';
import type { RuleWords } from './rule-words.js';

/** Words before a place that make it the allowed one, and those that make it the forbidden one. */
const ALLOWS =
  /\b(?:outside(?: of)?|other than|except(?: for| to| in| under)?|only|exclusively|within|inside|beyond|not (?:in|under|at|on|to|from|ending|part of)|limited to|restricted to|stay|unless|external to|must (?:be|use|go|point|come|end|stay|target)|anywhere but|but|besides|apart from|allowed|permitted|may|approved)\b/i;
const FORBIDS = /\b(?:never|no|not|don['’]t|mustn['’]t|cannot|forbidden|prohibited|blocked|denied|off[- ]limits)\b/i;

const PATH_IN_RULE = /(?<![\w:/.@])(?:[A-Za-z]:[\\/]|~?\/|\.{1,2}\/)[\w.\-*/\\]*/g;
const PATH_IN_TEXT = /(?<![\w:/@])(?:file:\/\/)?(?:[A-Za-z]:[\\/]|~\/|\/|(?:\.{1,2}\/))[\w.\-/\\~%]*/g;
const PATH_KEY = /path|file|dir|folder|cwd|root|src|dest|source|target|location/i;
const HOST =
  /(?<![\w.@/-])(?:[a-z]+:\/\/)?((?:\*\.)?(?:[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?\.)+(?:[a-z]{2,24}))(?![\w-]|\.[a-z])/gi;
const URL_IN_TEXT = /\b(?:https?|wss?|ftps?|sftp|ssh|git):\/\/[^\s"'<>`)\]}]{1,500}/gi;
const HOST_KEY = /host|domain|server|endpoint|url|uri|origin|address|webhook|site|remote|base/i;
const MAIL_DOMAIN = /@((?:[a-z0-9-]+\.)+[a-z]{2,24})/gi;
const MAIL_WORDS = /\b(?:e-?mails?|mails?|recipients?|addresses|address|messages?|invit\w+|cc|bcc|attendees?)\b/i;
/** A domain after such words is that of people, not of a server. */
const PEOPLE =
  /\b(?:people|persons?|users?|anyone|anybody|someone|colleagues?|collaborators?|guests?|members?|share|invite|forward)\b/i;
const ADDRESS = /[\w.+%-]{1,64}@((?:[a-z0-9-]{1,63}\.)+[a-z]{2,24})/gi;
const FILE_TYPE =
  /\b(?:md|txt|js|ts|py|json|ya?ml|html?|csv|pdf|docx?|xlsx?|exe|sh|env|pem|key|log|ini|cfg|toml|xml|zip|bat|dll|sql|png|jpe?g)$/i;

interface Places {
  readonly allowed: readonly string[];
  readonly forbidden: readonly string[];
}

/** Splits the places of a rule into those it allows and those it forbids, by the words before each. */
function sortPlaces(text: string, found: readonly { readonly at: number; readonly place: string }[]): Places {
  const allowed: string[] = [];
  const forbidden: string[] = [];
  for (const { at, place } of found) {
    const before = text.slice(0, at);
    const isLast = /^[^\s]*\s+(?:only|exclusively)\b/i.test(text.slice(at));
    const last = isLast ? before.length : lastMatch(before, ALLOWS);
    const ban = lastMatch(before, FORBIDS);
    const isAllowed =
      last >= 0 &&
      (last > ban ||
        /outside|other than|except|only|within|unless|beyond|external to|anywhere but|not (?:in|under|at|on|to|from|ending|part of)/i.test(
          before.slice(last),
        ));
    (isAllowed && !/^may\s+(?:not|never)|^must\s+(?:not|never)/i.test(before.slice(last)) ? allowed : forbidden).push(
      place,
    );
  }
  return { allowed, forbidden };
}

function lastMatch(text: string, pattern: RegExp): number {
  let at = -1;
  for (const match of text.matchAll(new RegExp(pattern.source, 'gi'))) at = match.index;
  return at;
}

export function pathCheck(rule: RuleWords): RuleCheck | null {
  const found = Array.from(rule.text.matchAll(PATH_IN_RULE), (match) => ({
    at: match.index,
    place: resolve(match[0].replace(/[.*]+$/, '')),
  })).filter(({ place }) => place.length > 1 || rule.text.includes(' / '));
  if (found.length === 0) return null;
  const { allowed, forbidden } = sortPlaces(rule.text, found);
  const test = (facts: Facts): number => {
    if (
      facts.deed !== null &&
      rule.acts.size > 0 &&
      !sharesAct(rule, facts.deed) &&
      !rule.acts.has('read') &&
      facts.deed.acts.size > 0
    )
      return 0;
    const paths = pathsOf(facts);
    const isBroken = paths.some(
      (path) =>
        forbidden.some((place) => isUnder(path, place)) ||
        (allowed.length > 0 && !allowed.some((place) => isUnder(path, place))),
    );
    return isBroken ? 1 : 0;
  };
  return { category: 'path', test };
}

function pathsOf(facts: Facts): string[] {
  const paths: string[] = [];
  for (const text of facts.strings) {
    if (!text.includes('/') && !text.includes('\\')) continue;
    for (const match of text.slice(0, 65_536).matchAll(PATH_IN_TEXT)) {
      const path = match[0].replace(/^file:\/\//, '').replace(/[.,;:]+$/, '');
      if (/[\w~]|\.\./.test(path)) paths.push(resolve(decoded(path)));
    }
  }
  for (const { key, value } of facts.entries) {
    if (typeof value === 'string' && PATH_KEY.test(key) && /^(?:[^/\\~]+[/\\])?\.\.(?:[/\\]|$)/.test(value))
      paths.push(resolve(value));
  }
  return paths;
}

function decoded(path: string): string {
  return path.replace(/%2e/gi, '.').replace(/%2f/gi, '/').replace(/%5c/gi, '\\');
}

/** The path without `.` and `..`; what climbs above the start keeps a leading `..`. */
function resolve(path: string): string {
  const parts: string[] = [];
  const clean = path.replaceAll('\\', '/');
  for (const part of clean.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else if (part !== '..' || !clean.startsWith('/')) parts.push(part);
  }
  return (clean.startsWith('/') ? '/' : '') + parts.join('/');
}

/** A relative path that does not climb is inside of whatever root is meant. */
function isUnder(path: string, place: string): boolean {
  if (path === place || path.startsWith(place.endsWith('/') ? place : `${place}/`)) return true;
  return /^[\w.-]/.test(path) && !path.startsWith('..') && !/^[a-z]:/i.test(path) && !place.startsWith('~')
    ? place.startsWith('./')
    : false;
}

export function hostCheck(rule: RuleWords): RuleCheck | null {
  const found = Array.from(rule.text.matchAll(HOST), (match) => ({
    at: match.index,
    place: (match[1] ?? '').toLowerCase(),
  })).filter(({ place, at }) => !FILE_TYPE.test(place) && rule.text[at - 1] !== '@');
  if (
    found.length === 0 ||
    (MAIL_WORDS.test(rule.text) && !/\b(?:host|url|network|http|request|website|site|api)\b/i.test(rule.text))
  )
    return null;
  const places = sortPlaces(rule.text, found);
  return { category: 'host', test: (facts) => (hostsOf(facts).some((host) => breaks(host, places)) ? 1 : 0) };
}

function breaks(host: string, { allowed, forbidden }: Places): boolean {
  if (forbidden.some((place) => isWithin(host, place))) return true;
  return allowed.length > 0 && !allowed.some((place) => isWithin(host, place));
}

function isWithin(host: string, place: string): boolean {
  const domain = place.replace(/^\*\./, '');
  return host === domain || host.endsWith(`.${domain}`);
}

function hostsOf(facts: Facts): string[] {
  const hosts: string[] = [];
  for (const text of facts.strings) {
    for (const match of text.slice(0, 65_536).matchAll(URL_IN_TEXT)) {
      if (URL.canParse(match[0])) hosts.push(new URL(match[0]).hostname.replace(/\.$/, '').toLowerCase());
    }
    if (!facts.isCall || /\b(?:curl|wget|ssh|nc|ping|telnet|scp|dig)\b/.test(text)) hosts.push(...bareHosts(text));
  }
  for (const { key, value } of facts.entries) {
    if (typeof value === 'string' && HOST_KEY.test(key) && !value.includes('://') && !value.includes('@')) {
      hosts.push(
        ...bareHosts(value),
        ...(/^\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?$|^localhost\b/.test(value) ? [value.replace(/:\d+$/, '')] : []),
      );
    }
  }
  return hosts;
}

function bareHosts(text: string): string[] {
  return Array.from(text.slice(0, 65_536).matchAll(HOST), (match) => (match[1] ?? '').toLowerCase()).filter(
    (host) => !FILE_TYPE.test(host),
  );
}

/** Recipients by the domain of their address. */
export function mailCheck(rule: RuleWords): RuleCheck | null {
  const found = Array.from(rule.text.matchAll(MAIL_DOMAIN), (match) => ({
    at: match.index,
    place: (match[1] ?? '').toLowerCase(),
  }));
  if (found.length === 0 && (MAIL_WORDS.test(rule.text) || PEOPLE.test(rule.text))) {
    for (const match of rule.text.matchAll(HOST))
      found.push({ at: match.index, place: (match[1] ?? '').toLowerCase() });
  }
  if (found.length === 0) return null;
  const places = sortPlaces(rule.text, found);
  const test = (facts: Facts): number =>
    facts.strings.some((text) =>
      Array.from(text.slice(0, 65_536).matchAll(ADDRESS)).some((match) =>
        breaks((match[1] ?? '').toLowerCase(), places),
      ),
    )
      ? 1
      : 0;
  return { category: 'recipient', test };
}

/** `HTTPS only`, `no plain http`, `no ftp`. */
export function protocolCheck(rule: RuleWords): RuleCheck | null {
  const text = rule.text.replace(/[a-z]+:\/\/\S+\.\S+/gi, ' ');
  const bans: string[] = [];
  if (/\bhttps\b/i.test(text) && /\b(?:only|must|always|require\w*|use)\b/i.test(text)) bans.push('http', 'ftp', 'ws');
  else
    for (const name of ['ftp', 'http', 'telnet', 'ssh', 'ws', 'file']) {
      if (
        new RegExp(
          `\\b(?:no|never|not|without|forbidden|prohibited|plain|unencrypted|insecure)\\b[^.]{0,40}\\b${name}(?::\\/\\/)?\\b(?!s)`,
          'i',
        ).test(text)
      )
        bans.push(name);
    }
  if (bans.length === 0) return null;
  const pattern = new RegExp(`\\b(?:${bans.join('|')}):\\/\\/`, 'i');
  return { category: 'protocol', test: (facts) => (facts.strings.some((value) => pattern.test(value)) ? 1 : 0) };
}
