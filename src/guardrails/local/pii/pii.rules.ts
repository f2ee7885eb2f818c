import type { PiiEntity } from '../../../contracts/finding.js';
import type { RuleInfo } from '../rule-info.js';
import type { AnchoredRule } from './anchors.js';

/** A rule with what it finds. */
export interface PiiRule extends AnchoredRule {
  readonly summary: string;
}

const REMEDY: ReadonlyMap<PiiEntity, string> = new Map([
  ['PERSON', 'Allow the argument path, leave PERSON out of `entities`, or redact.'],
  ['ADDRESS', 'Allow the argument path, leave ADDRESS out of `entities`, or redact.'],
]);

function remedyOf(entity: PiiEntity): string {
  return (
    REMEDY.get(entity) ?? `Redact it, allow the argument path that needs it, or leave ${entity} out of \`entities\`.`
  );
}

/** Explains one rule. */
export function infoOf(id: string, entity: PiiEntity, summary: string): RuleInfo {
  return { id, category: entity, summary, remedy: remedyOf(entity) };
}

/** The rules that are code of their own, not tables. */
export const SCANNED_RULES: readonly RuleInfo[] = [
  infoOf('pii.email', 'EMAIL', 'E-mail address (RFC 5321 lengths, dotted domain)'),
  infoOf('pii.credit-card', 'CREDIT_CARD', "Card number: issuer's prefix and length, Luhn sum (ISO/IEC 7812)"),
  infoOf('pii.iban', 'IBAN', "IBAN: country's length, checksum mod 97 (ISO 13616)"),
  infoOf('pii.ssn', 'SSN', 'US social security number with separators, or bare beside a label'),
  infoOf('pii.phone', 'PHONE', 'Phone number: international (E.164), North American, or beside a label'),
  infoOf('pii.ip.v4', 'IP_ADDRESS', 'IPv4 address of a host'),
  infoOf('pii.ip.v6', 'IP_ADDRESS', 'IPv6 address of a host (RFC 4291)'),
  infoOf('pii.mac', 'MAC_ADDRESS', 'EUI-48 hardware address'),
  infoOf('pii.crypto.base58', 'CRYPTO', 'Wallet address with a valid base58check sum'),
  infoOf('pii.person.title', 'PERSON', 'Name behind a title such as Mr or Dr'),
  infoOf('pii.person.field', 'PERSON', 'Name in a field such as first_name'),
  infoOf('pii.person.introduced', 'PERSON', 'Name behind words that introduce a person'),
  infoOf('pii.person.full-name', 'PERSON', 'Given name and surname'),
  infoOf('pii.person.given-name', 'PERSON', 'Given name or surname alone'),
  infoOf('pii.person.context', 'PERSON', 'Capitalised word where a person is spoken of'),
  infoOf('pii.address.street', 'ADDRESS', 'Street and house number, with town and postcode behind'),
  infoOf('pii.address.postcode', 'ADDRESS', 'British postcode'),
];
