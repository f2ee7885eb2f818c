import type { PiiEntity } from '../../../contracts/finding.js';
import * as checks from './checksums.js';

/** An id that is looked for beside its label: form of the value, and its check over the value without separators. */
export interface IdFormat {
  readonly id: string;
  readonly entity: PiiEntity;
  readonly summary: string;
  /** Words that begin the label, in lower case, without spaces. */
  readonly labels: string;
  readonly pattern: string;
  readonly check?: (compact: string) => boolean;
}

const hasDigits = (value: string): boolean => /\d[^\d]*\d[^\d]*\d/.test(value);
const national = 'NATIONAL_ID' as const;

function id(
  name: string,
  summary: string,
  labels: string,
  pattern: string,
  check?: (compact: string) => boolean,
): IdFormat {
  const common = { id: `pii.id.${name}`, entity: national, summary, labels, pattern };
  return check === undefined ? common : { ...common, check };
}

/** Sources: the issuing authorities' published formats, as named in each line. */
export const ID_FORMATS: readonly IdFormat[] = [
  id(
    'in-aadhaar',
    'Indian Aadhaar number (Verhoeff)',
    'aadhaar|aadhar|adhaar|uidai',
    '[2-9]\\d{3}[ -]?\\d{4}[ -]?\\d{4}',
    checks.passesVerhoeff,
  ),
  id('in-pan', 'Indian permanent account number', 'pan', '[A-Z]{5}\\d{4}[A-Z]'),
  id('in-voter', 'Indian voter id', 'voter', '[A-Z]{3}\\d{7}'),
  id('br-cpf', 'Brazilian CPF', 'cpf', '\\d{3}\\.?\\d{3}\\.?\\d{3}-?\\d{2}', checks.isCpf),
  id('br-cnpj', 'Brazilian CNPJ', 'cnpj', '\\d{2}\\.?\\d{3}\\.?\\d{3}/?\\d{4}-?\\d{2}', checks.isCnpj),
  id('uk-nhs', 'British NHS number', 'nhs', '\\d{3}[ -]?\\d{3}[ -]?\\d{4}', checks.isNhs),
  id(
    'uk-nino',
    'British National Insurance number',
    'nino|national_insurance|insurance|ni',
    '[A-Z]{2} ?\\d\\d ?\\d\\d ?\\d\\d ?[A-D]',
  ),
  id('uk-utr', 'British unique taxpayer reference', 'utr', '\\d{5} ?\\d{5}'),
  id('es-dni', 'Spanish DNI or NIE', 'dni|nie|nif', '(?:\\d{8}|[XYZ]-?\\d{7})[ -]?[A-Z]', checks.isDni),
  id('pl-pesel', 'Polish PESEL', 'pesel', '\\d{11}', checks.isPesel),
  id(
    'pl-nip',
    'Polish NIP',
    'nip',
    '\\d{3}-?\\d{3}-?\\d{2}-?\\d{2}',
    (v) => checks.weighted(v, [6, 5, 7, 2, 3, 4, 5, 6, 7]) % 11 === Number(v[9]),
  ),
  id('ca-sin', 'Canadian social insurance number', 'sin|social', '\\d{3}[ -]?\\d{3}[ -]?\\d{3}', checks.passesLuhn),
  id(
    'it-codice-fiscale',
    'Italian codice fiscale',
    'codice|fiscale|cf',
    '[A-Z]{6}[0-9A-Z]{2}[A-EHLMPR-T][0-9A-Z]{2}[A-Z][0-9A-Z]{3}[A-Z]',
    checks.isCodiceFiscale,
  ),
  id(
    'nl-bsn',
    'Dutch citizen service number',
    'bsn|burgerservicenummer|sofi',
    '\\d{4}[ .]?\\d{2}[ .]?\\d{3}',
    checks.isBsn,
  ),
  id(
    'de-tax-id',
    'German tax id',
    'steuer-id|steueridentifikation|steuernummer|steuerid|idnr|tin',
    '\\d{2} ?\\d{3} ?\\d{3} ?\\d{3}',
    checks.isSteuerId,
  ),
  id(
    'de-social-security',
    'German social security number',
    'sozialversicherung|rentenversicherung|sv-nummer',
    '\\d{2} ?\\d{6} ?[A-Z] ?\\d{3}',
  ),
  id('de-id-card', 'German identity card', 'personalausweis|ausweis', '[CFGHJKLMNPRTVWXYZ0-9]{9,10}D?', hasDigits),
  id(
    'fr-nir',
    'French social security number (NIR)',
    'nir|insee|sécu|secu|sécurité|securite',
    '[12378] ?\\d\\d ?\\d\\d ?(?:\\d\\d|2[AB]) ?\\d{3} ?\\d{3} ?\\d\\d',
    checks.isNir,
  ),
  id('ch-avs', 'Swiss AVS number', 'avs|ahv', '756\\.?\\d{4}\\.?\\d{4}\\.?\\d{2}', checks.isAvs),
  id('au-tfn', 'Australian tax file number', 'tfn|tax', '\\d{3} ?\\d{3} ?\\d{3}', checks.isTfn),
  id('au-abn', 'Australian business number', 'abn', '\\d{2} ?\\d{3} ?\\d{3} ?\\d{3}', checks.isAbn),
  id(
    'au-medicare',
    'Australian Medicare number',
    'medicare',
    '[2-6]\\d{3} ?\\d{5} ?\\d',
    (v) => checks.weighted(v, [1, 3, 7, 9, 1, 3, 7, 9]) % 10 === Number(v[8]),
  ),
  id(
    'be-national',
    'Belgian national number',
    'rijksregister|niss|insz|registre',
    '\\d{2}[. ]?\\d{2}[. ]?\\d{2}[- ]?\\d{3}[. ]?\\d{2}',
    checks.isBelgian,
  ),
  id(
    'se-personnummer',
    'Swedish personal number',
    'personnummer|samordningsnummer|personal_number',
    '(?:\\d{2})?\\d{6}[-+]?\\d{4}',
    checks.isPersonnummer,
  ),
  id('dk-cpr', 'Danish CPR number', 'cpr', '(?:0[1-9]|[12]\\d|3[01])(?:0[1-9]|1[0-2])\\d{2}-?\\d{4}'),
  id(
    'no-fodselsnummer',
    'Norwegian birth number',
    'fødselsnummer|fodselsnummer|personnummer',
    '(?:[04][1-9]|[1256]\\d|[37][01])\\d{4} ?\\d{5}',
    (v) => checks.weighted(v, [3, 7, 6, 1, 8, 9, 4, 5, 2, 1]) % 11 === 0,
  ),
  id(
    'fi-hetu',
    'Finnish personal identity code',
    'hetu|henkilötunnus|henkilotunnus',
    '\\d{6}[-+A-FU-Y]\\d{3}[0-9A-Y]',
    checks.isHetu,
  ),
  id('tr-tckn', 'Turkish identity number', 'tckn|tc|t\\.c|kimlik', '[1-9]\\d{10}', checks.isTckn),
  id(
    'cn-resident',
    'Chinese resident identity number',
    'identity|身份证|resident|身份證',
    '[1-9]\\d{16}[\\dX]',
    checks.isChineseId,
  ),
  id('br-rg', 'Brazilian RG', 'rg', '\\d{1,2}\\.\\d{3}\\.\\d{3}-[\\dxX]'),
  id('pt-nif', 'Portuguese tax number', 'nif|contribuinte', '[1-35-9]\\d{2} ?\\d{3} ?\\d{3}', (v) =>
    [0, 1].includes(checks.weighted(v, [9, 8, 7, 6, 5, 4, 3, 2, 1]) % 11),
  ),
  id(
    'ro-cnp',
    'Romanian personal code',
    'cnp',
    '[1-9]\\d{12}',
    (v) => (checks.weighted(v, [2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]) % 11) % 10 === Number(v[12]),
  ),
  id('cz-rodne-cislo', 'Czech or Slovak birth number', 'rodné|rodne|rč', '\\d{6}/?\\d{3,4}'),
  id('hr-oib', 'Croatian OIB', 'oib', '\\d{11}'),
  id('gr-amka', 'Greek AMKA', 'amka|αμκα', '\\d{11}', checks.passesLuhn),
  id('ie-pps', 'Irish PPS number', 'pps|ppsn', '\\d{7}[A-W][A-IW]?'),
  id(
    'za-id',
    'South African id',
    'identity|said|rsa|sa_id',
    '\\d{2}(?:0[1-9]|1[0-2])\\d{2} ?\\d{4} ?[01]\\d{2}',
    checks.passesLuhn,
  ),
  id('sg-nric', 'Singapore NRIC or FIN', 'nric|fin', '[STFGM]\\d{7}[A-Z]'),
  id(
    'kr-rrn',
    'Korean resident number',
    'rrn|주민등록번호|resident',
    '\\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\\d|3[01])-?[1-8]\\d{6}',
  ),
  id('mx-curp', 'Mexican CURP', 'curp', '[A-Z]{4}\\d{6}[HMX][A-Z]{5}[0-9A-Z]\\d'),
  id('mx-rfc', 'Mexican RFC', 'rfc', '[A-ZÑ&]{3,4}\\d{6}[A-Z0-9]{3}'),
  id('cl-rut', 'Chilean RUT', 'rut|run', '\\d{1,2}\\.?\\d{3}\\.?\\d{3}-[\\dkK]'),
  id('ar-dni', 'Argentine DNI or CUIT', 'dni|cuit|cuil', '(?:\\d{2}-\\d{8}-\\d|\\d{2}\\.\\d{3}\\.\\d{3})'),
  id('co-cedula', 'Colombian identity card', 'cédula|cedula', '\\d{1,3}(?:\\.?\\d{3}){2,3}'),
  id('us-itin', 'US individual taxpayer number', 'itin', '9\\d{2}[ -]?[5-9]\\d[ -]?\\d{4}'),
  id('us-ein', 'US employer number', 'ein|fein', '\\d{2}-\\d{7}'),
  id(
    'us-mbi',
    'US Medicare beneficiary id',
    'medicare|mbi',
    '[1-9][AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9]\\d-?[AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9]\\d-?[AC-HJKMNP-RT-Y]{2}\\d{2}',
  ),
  id('us-dea', 'US DEA registration number', 'dea', '[A-HJ-NP-UXa-hj-np-ux][A-Z9]\\d{7}'),
  id('us-npi', 'US national provider id', 'npi', '[12]\\d{9}', (v) => checks.passesLuhn(`80840${v}`)),
  {
    id: 'pii.ssn.labelled',
    entity: 'SSN',
    summary: 'US social security number of any range beside its label',
    labels: 'ssn|social',
    pattern: '\\d{3}[ .-]\\d{2}[ .-]\\d{4}|\\d{9}',
  },
  id('medical-record', 'Medical record number', 'mrn|medical_record', '[A-Z]{0,4}-?\\d{5,12}', hasDigits),
  id(
    'national-id',
    'National id of any country beside its label',
    'national_id|nationalid|national-id|identity_card|id_number|idnumber|id-number',
    '[A-Z0-9][A-Z0-9 ./-]{4,18}[A-Z0-9]',
    hasDigits,
  ),
  id(
    'tax-id',
    'Tax number of any country beside its label',
    'tax_id|taxid|tax-id|taxpayer|vat_number|vat',
    '[A-Z]{0,2}[0-9][0-9A-Z ./-]{6,14}[0-9A-Z]',
    hasDigits,
  ),
  {
    id: 'pii.other.imei',
    entity: 'OTHER_ID',
    summary: 'IMEI of a phone beside its label (Luhn)',
    labels: 'imei',
    pattern: '\\d{2}-?\\d{6}-?\\d{6}-?\\d',
    check: checks.passesLuhn,
  },
  {
    id: 'pii.other.vin',
    entity: 'OTHER_ID',
    summary: 'Vehicle identification number beside its label (ISO 3779)',
    labels: 'vin|chassis|vehicle',
    pattern: '[A-HJ-NPR-Z0-9]{17}',
    check: hasDigits,
  },
  {
    id: 'pii.other.cvv',
    entity: 'CREDIT_CARD',
    summary: 'Card security code beside its label',
    labels: 'cvv|cvc|cvv2|cvc2|cid_code',
    pattern: '\\d{3,4}',
  },
  {
    id: 'pii.other.pin',
    entity: 'SECRET',
    summary: 'PIN beside its label',
    labels: 'pin_code|pincode|pin',
    pattern: '\\d{4,6}(?![\\d.,:/-])',
  },
  {
    id: 'pii.other.plate',
    entity: 'OTHER_ID',
    summary: 'Vehicle registration beside its label',
    labels: 'plate|kennzeichen|matrícula|matricula|immatriculation',
    pattern: '(?=[A-Z0-9 -]{0,6}\\d)[A-Z0-9]{1,4}[ -]?[A-Z0-9]{1,4}(?:[ -]?[A-Z0-9]{1,4})?',
    check: (v) => /[A-Z]/.test(v) && v.length >= 5,
  },
  {
    id: 'pii.passport',
    entity: 'PASSPORT',
    summary: 'Passport number beside its label',
    labels: 'passport|passeport|reisepass|pasaporte|passaporto|passaporte|paspoort|paszport',
    pattern: '(?=[A-Z]{0,3}\\d|[A-Z0-9]{0,3}\\d)[A-Z0-9]{0,3}\\d[A-Z0-9]{4,8}',
    check: hasDigits,
  },
  {
    id: 'pii.driver-license',
    entity: 'DRIVER_LICENSE',
    summary: 'Driving licence number beside its label',
    labels:
      'driver|driving|drivers|dl|dln|führerschein|fuehrerschein|permis|patente|rijbewijs|licencia|carteira|cnh|licen',
    pattern: '(?=[A-Z0-9 *-]{0,8}\\d)[A-Z0-9*][A-Z0-9*-]{4,18}[A-Z0-9](?: \\d{2,6}){0,2}',
    check: (v) => (v.match(/\d/g)?.length ?? 0) >= 4,
  },
  {
    id: 'pii.bank.aba',
    entity: 'BANK_ACCOUNT',
    summary: 'US bank routing number',
    labels: 'routing|aba|rtn|routing_number',
    pattern: '\\d{4}-?\\d{4}-?\\d',
    check: checks.isAba,
  },
  {
    id: 'pii.bank.account',
    entity: 'BANK_ACCOUNT',
    summary: 'Bank account number beside its label',
    labels: 'account|acct|bank_account|kontonummer|konto|cuenta|compte|rekening|conto|clabe|bban',
    pattern: '(?:\\d[ -]?){7,20}\\d',
    check: (v) => v.length >= 8,
  },
  {
    id: 'pii.bank.sort-code',
    entity: 'BANK_ACCOUNT',
    summary: 'British sort code beside its label',
    labels: 'sort|sortcode',
    pattern: '\\d{2}-\\d{2}-\\d{2}',
  },
  {
    id: 'pii.bank.swift',
    entity: 'BANK_ACCOUNT',
    summary: 'SWIFT/BIC code beside its label (ISO 9362)',
    labels: 'swift|bic',
    pattern:
      '[A-Z]{4}(?:A[DEFGILMORSTUWXZ]|B[ABDEFGHILMNORSTVWYZ]|C[ACDFGHIKLMNORUVXYZ]|D[EJKMOZ]|E[CEGHRST]|F[IJKMOR]|G[ABDEFGHILMNPQRSTUWY]|H[KMNRTU]|I[DELMNOQRST]|J[EMOP]|K[EGHIMNPRWYZ]|L[ABCIKRSTUVY]|M[ACDEFGHKLMNOPQRSTUVWXYZ]|N[ACEFGILOPRUZ]|OM|P[AEFGHKLMNRSTWY]|QA|R[EOSUW]|S[ABCDEGHIJKLMNORSTVXYZ]|T[CDFGHJKLMNORTVWZ]|U[AGKMSYZ]|V[ACEGINU]|W[FS]|XK|Y[ET]|Z[AMW])[A-Z0-9]{2}(?:[A-Z0-9]{3})?',
  },
];
