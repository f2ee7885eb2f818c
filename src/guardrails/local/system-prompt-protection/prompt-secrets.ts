/** Words that say of a sentence that what it names stays inside. */
const CONFIDENTIAL =
  /\b(?:never (?:reveal|share|disclose|mention|tell|give|say)|(?:do not|don['’]t|must not) (?:reveal|share|disclose|mention|tell|give)|hidden|secret|confidential|internal|private|password|passphrase|passcode|code ?word|codename|pin|token|key|credential)\b/i;
const NAMED =
  /\b(?:password|passphrase|passcode|code ?word|codename|code name|pin|secret|token|key|credentials?|code)\b(?:\s+(?:is|are|id|=|called|named|for [\w ]{1,30} is))?\s*[:=]?\s*["'“‘`]?([\p{L}\p{N}][\p{L}\p{N}._@!$%&*+-]{2,60})/giu;
const CODE =
  /(?<![\p{L}\p{N}])(?=[\p{L}\p{N}_.-]*\p{N})(?=[\p{L}\p{N}_.-]*\p{L})[\p{L}\p{N}]+(?:[-_.][\p{L}\p{N}]+)*(?![\p{L}\p{N}])/gu;
const QUOTED = /["“‘`«]([^"”’`»\n]{3,60})["”’`»]/g;
const NUMBER = /(?<![\p{N}.,])\d{4,}(?![\p{N}])/gu;
const PROPER = /(?<=[\p{Ll},:] )(?:\p{Lu}[\p{L}\p{N}]{2,}(?: \p{Lu}[\p{L}\p{N}]+){0,2})(?![-_\p{L}\p{N}])/gu;
const ADDRESS = /\b(?:https?:\/\/[^\s"'<>]{4,100}|[\w.+-]{1,60}@[\w-]{1,60}\.[\w.-]{2,60})/g;
/** Mixed tokens that are no secrets: `v2`, `24h`, `3rd`, `mp3`, `utf8`. */
const ORDINARY =
  /^(?:v?\d+(?:\.\d+)*[a-z]?|\d+(?:st|nd|rd|th|h|s|m|d|k|x|am|pm|px|kg|km|mb|gb|min)|mp[34]|utf-?8|h\d|gpt-?\d.*|covid-19|24\/7|web\d|b2[bc]|i18n|html5|s3|ec2|oauth2|p\d\d|iso-?\d+|sha-?\d+)$/i;
const COMMON = new Set(
  'the this that your you our and for not with code key english user users customer customers support assistant only always never must word phrase name details team them'.split(
    ' ',
  ),
);
const MAX_SECRETS = 60;

/** The details of a prompt that give it away by themselves: codes anywhere, and names, numbers and quotes of confidential sentences. */
export function secretsOf(prompt: string): string[] {
  const secrets = new Set<string>();
  collect(prompt, CODE, secrets);
  collect(prompt, NAMED, secrets, (value) => /\p{N}|\p{Lu}\p{Lu}|[_$@!]/u.test(value) || /\p{Ll}\p{Lu}/u.test(value));
  for (const sentence of prompt.split(/(?<=[.!?;])\s+|\n/)) {
    if (!CONFIDENTIAL.test(sentence)) continue;
    for (const pattern of [QUOTED, NUMBER, PROPER, ADDRESS]) collect(sentence, pattern, secrets);
  }
  return [...secrets].slice(0, MAX_SECRETS);
}

function collect(
  text: string,
  pattern: RegExp,
  into: Set<string>,
  accepts: (value: string) => boolean = () => true,
): void {
  for (const match of text.matchAll(pattern)) {
    const value = (match[1] ?? match[0]).replace(/[.,;:!?]+$/, '');
    if (value.length >= 2 && !ORDINARY.test(value) && !COMMON.has(value.toLowerCase()) && accepts(value))
      into.add(value);
  }
}

/** The values as one pattern: letters in a row, with a few other characters between them allowed in long ones. */
export function secretPattern(values: readonly string[]): RegExp | null {
  const parts = values.map(flexible).filter((part) => part !== '');
  return parts.length === 0 ? null : new RegExp(`(?<![\\p{L}\\p{N}])(?:${parts.join('|')})(?![\\p{L}\\p{N}])`, 'iu');
}

function flexible(value: string): string {
  const units = Array.from(value.matchAll(/[\p{L}\p{N}]/gu), (match) => match[0]);
  if (units.length < 2) return '';
  return units.length >= 4
    ? units.join('[^\\p{L}\\p{N}]{0,3}')
    : value
        .trim()
        .replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&')
        .replace(/[-_\s]|\\-/g, '[-_\\s]?');
}
