import { isWordAt, type Span } from './chars.js';

const CAPITAL = 'A-ZÀ-ÖØ-ÞĀ-ŽА-Я';
const LETTERS = "A-Za-zÀ-ÖØ-öø-žА-я0-9'’.-";
const STREET_WORDS =
  'Street|St|Avenue|Ave|Av|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Place|Pl|Square|Sq|Terrace|Ter|Parkway|Pkwy|Highway|Hwy|Way|Close|Crescent|Cres|Circle|Cir|Trail|Trl|Row|Mews|Gardens|Grove|Hill|Walk|Alley|Plaza|Loop|Quay|Wharf|Parade|Esplanade|Broadway|Turnpike|Pike|Path|Bend|Ridge|Run|Crossing|Heights|Park|Strasse|Straße|Vista|Rest|Route|Freeway|Expressway|Green|Farm|Stravenue|Forks|Points?|Prairie|Streets';
/** `221B Baker Street`, `7 Old Mill Rd`, with a house number in front. */
const NUMBER_FIRST = new RegExp(
  `\\d{1,6}[A-Za-z]?(?:[-/]\\d{1,5}[A-Za-z]?)?,?[ ](?:(?:[NSEW]|NE|NW|SE|SW)\\.?[ ])?(?:[${CAPITAL}0-9][${LETTERS}]{0,24}[ ]){1,4}?(?:${STREET_WORDS})\\b\\.?|\\d{1,6},?[ ]Broadway\\b`,
  'y',
);
const LEADING =
  'Rue|Avenue|Av\\.|Boulevard|Bd|Place|Allée|Allee|Impasse|Chemin|Quai|Cours|Route|Via|Viale|Piazza|Piazzale|Piazzetta|Corso|Largo|Vicolo|Strada|Calle|C/|Avenida|Avda\\.?|Plaza|Paseo|Carrera|Camino|Ronda|Rua|R\\.|Travessa|Praça|Estrada|Alameda|Rodovia|ul\\.|Ul\\.|ulica|al\\.|os\\.|pl\\.|Bulevar|Bulevardul|Str\\.|Jalan|Jl\\.|улица|ул\\.|проспект|пр\\.';
/** `12 rue de la Paix`, `12, via Roma`. */
const NUMBER_THEN_LEADING = new RegExp(
  `\\d{1,6}[A-Za-z]?(?:[ ](?:bis|ter))?,?[ ](?:${LEADING.toLowerCase()}|${LEADING})[ ](?:(?:de|du|des|la|le|les|della|dei|di|do|da|del|l')[ ]?){0,3}[${CAPITAL}][${LETTERS}]{0,24}(?:[ -][${CAPITAL}0-9][${LETTERS}]{0,24}){0,3}`,
  'y',
);
/** `Via Tasso 129`, `ul. Zamkowa 33`, `Rua Augusta, 1500`. */
const LEADING_FIRST = new RegExp(
  `(?:${LEADING})[ ](?:[${CAPITAL}${LETTERS}]{1,24}[ ,]{1,2}){1,6}?(?:n[°ºr.]{1,2}[ ]?)?\\d{1,5}[A-Za-z]?\\b`,
  'y',
);
/** Flat, town and postcode behind a street. */
const TAIL = new RegExp(
  `(?:,?\\s{1,3}(?:Apt|Apartment|Suite|Ste|Unit|Floor|Fl|Room|Flat|Rm|Bldg|Appt|Whg|#)\\.?[ ]?#?[A-Za-z0-9-]{1,6})?` +
    `(?:,[ ]\\d{4,6}[ ][${CAPITAL}][${LETTERS}]{1,24}|(?:,?\\s{1,4}[${CAPITAL}][${LETTERS}]{0,24}(?:[ ](?:[${CAPITAL}][${LETTERS}]{0,24}|am|an|der|de|la|le|sur|del|di|do|da|upon|of|im)){0,4}){0,3}(?:,?\\s{1,4}[A-Z]{2,3})?,?\\s{1,4}(?:[A-Z]{1,3}-?)?\\d{3,6}(?:[- ]\\d{2,4})?(?![A-Za-z0-9])|,?[ ][A-Z]{1,2}\\d[A-Z\\d]? \\d[A-Z]{2}\\b|,[ ][${CAPITAL}][${LETTERS}]{1,24}(?:[ ][${CAPITAL}][${LETTERS}]{1,24})?(?![${LETTERS}]))?`,
  'y',
);

/** The address whose house number begins at `start`, or null. */
export function matchNumberedAddress(text: string, start: number): Span | null {
  if (isWordAt(text, start - 1) || /[.:/$€£-]/.test(text.charAt(start - 1))) return null;
  for (const pattern of [NUMBER_FIRST, NUMBER_THEN_LEADING]) {
    pattern.lastIndex = start;
    if (pattern.test(text)) return withTail(text, start, pattern.lastIndex);
  }
  return matchTwoNumbers(text, start);
}

/** Words that a street's name begins with, as literals. */
export const STREET_HEADS =
  'rue avenue boulevard place allée impasse chemin quai cours route via viale piazza piazzale piazzetta corso largo vicolo strada calle avenida plaza paseo carrera camino ronda rua travessa praça estrada alameda rodovia ul. ulica al. os. pl. bulevar jalan улица ул. проспект'.split(
    ' ',
  );

/** Endings of street names, as literals: a house number follows. */
export const STREET_ENDINGS =
  'straße strasse str. weg gasse platz allee damm ufer ring steig chaussee straat laan plein gracht kade dijk singel gatan gata gate gaten vägen väg vej gade alle vei veien stræde straede katu kuja tie polku stræti straeti vegur braut utca útja út tér körút sokak caddesi'.split(
    ' ',
  );

/** The address whose street begins with the word at `start`, or null. */
export function matchStreetHead(text: string, start: number, end: number): Span | null {
  if (isWordAt(text, start - 1) || text.charCodeAt(end) !== 0x20) return null;
  LEADING_FIRST.lastIndex = start;
  return LEADING_FIRST.test(text) ? withTail(text, start, LEADING_FIRST.lastIndex) : null;
}

const NAME_BEFORE = new RegExp(
  `(?:\\d{1,6}[ ])?(?:[${CAPITAL}][A-Za-zÀ-ÖØ-öø-ž.'-]{0,24}[ -]){0,3}(?:[${CAPITAL}][A-Za-zÀ-ÖØ-öø-ž.'-]{0,24}|[${CAPITAL}][A-Za-zÀ-ÖØ-öø-ž.'-]{1,24}[ ])$`,
);
const HOUSE_NUMBER = /[ ](?:Nr\.?[ ]|No:?[ ]?)?\d{1,4}[ ]?[a-zA-Z]?(?![A-Za-z0-9%:])\.?/y;

/** `Hauptstraße 5`, `Villacher Strasse 89`: the address whose street ends in `[start, end)`, or null. */
export function matchStreetEnding(text: string, start: number, end: number): Span | null {
  const digit = text.charCodeAt(end + 1);
  if (text.charCodeAt(end) !== 0x20 || !((digit >= 0x30 && digit <= 0x39) || digit === 0x4e)) return null;
  HOUSE_NUMBER.lastIndex = end;
  if (!HOUSE_NUMBER.test(text)) return null;
  const houseEnd = HOUSE_NUMBER.lastIndex;
  const from = Math.max(0, start - 56);
  const name = NAME_BEFORE.exec(text.slice(from, start));
  if (name === null) return null;
  return withTail(text, from + name.index, houseEnd);
}

/** `641 Dašická 688`, `9816 214 Pavlou Drandaki`: two numbers around or before capitalised words, where a place is named. */
const TWO_NUMBERS = new RegExp(
  `\\d{2,6}[ ](?:\\d{1,5}[ ](?:[${CAPITAL}][${LETTERS}]{1,24}[ ]?){1,4}|(?:[${CAPITAL}][${LETTERS}]{1,24}[ ]){1,4}\\d{1,5}[A-Za-z]?)(?![\\w:])`,
  'y',
);
const PLACE_BEFORE = /(?:(?:\b(?:at|to|on|in|is|address|:)|[,:>?])[ \t]{1,2}|(?:^|\n)[^A-Za-z0-9\n]{0,5})$/i;
const NO_STREET =
  /\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\b|\b(?:Error|Bad|Not|OK|Internal|Found|Version|Bytes?|[KMG]B)\b/;

function matchTwoNumbers(text: string, start: number): Span | null {
  TWO_NUMBERS.lastIndex = start;
  if (!TWO_NUMBERS.test(text) || !PLACE_BEFORE.test(text.slice(Math.max(0, start - 12), start))) return null;
  const end = TWO_NUMBERS.lastIndex;
  return NO_STREET.test(text.slice(start, end)) ? null : { ...withTail(text, start, end), score: 0.4 };
}

function withTail(text: string, start: number, end: number): Span {
  TAIL.lastIndex = end;
  const to = TAIL.test(text) ? TAIL.lastIndex : end;
  // With its postcode it is somebody's; a street alone may be on any map.
  return {
    start,
    end: to,
    score: /\d{4,6}(?:-\d{4})?$|\d[A-Z]{2}$|^[ ,]+\d{4,6} /.test(text.slice(end, to)) ? 0.6 : 0.48,
  };
}

const LABELLED =
  /(?:\d{1,6}[A-Za-z]?[ ][^\n?!;:"{}<>|=]{4,90}|[^\n?!;:"{}<>|=\d]{3,50}[ ]\d{1,5}[A-Za-z]?(?![\d.])[^\n?!;:"{}<>|=.]{0,50})(?:\n[ \t]{0,4},?[ ]?(?=[^\n]{0,40})[^\n:?!"{}<>|=]{2,40}){0,4}/y;
const CUT =
  / (?:in case|after the|for (?:this|the|my|a)|last night|as soon|please|and (?:please|my|i|then)|instead|because|by )|[.] [A-Z]|\? |, and (?=\d)/;

/** Whatever stands behind "address:" and the like and has a number in it. */
export function matchLabelledAddress(text: string, start: number): Span | null {
  LABELLED.lastIndex = start;
  if (!LABELLED.test(text)) return null;
  let value = text.slice(start, LABELLED.lastIndex);
  const cut = CUT.exec(value);
  if (cut !== null) value = value.slice(0, cut.index);
  value = value.replace(/[\s.,]+$/, '');
  if (!/\d/.test(value) || !/[A-ZÀ-Ž]/.test(value) || value.length < 6 || /[\w.]+@|https?:|\d\.\d+\.\d/.test(value))
    return null;
  return { start, end: start + value.length, score: 0.49 };
}

const POSTCODE_UK =
  /(?:GIR ?0AA|[A-PR-UWYZ](?:\d{1,2}|[A-HK-Y]\d(?:\d|[ABEHMNPRV-Y])?|\d[A-HJKPSTUW]) \d[ABD-HJLNP-UW-Z]{2})(?![A-Za-z0-9])/y;

/** A British postcode (BS 7666) with its space. */
export function matchPostcode(text: string, start: number): Span | null {
  POSTCODE_UK.lastIndex = start;
  return POSTCODE_UK.test(text) ? { start, end: POSTCODE_UK.lastIndex, score: 0.45 } : null;
}
