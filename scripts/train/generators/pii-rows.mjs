#!/usr/bin/env node
// Writes test/corpus/pii.jsonl: rows of the pii detector, true and false positives, from a fixed seed. No row holds a key in the format of a
// provider (push protection); those are made in the tests.
import { writeFileSync } from 'node:fs';
import { randomOf, valuesOf } from './pii-values.mjs';

const SEED = 20_261_122;
const values = valuesOf(randomOf(SEED));
const { int, pick, some } = values;
const rows = [];

function add(label, technique, channel, text, expected = [], rest = {}) {
  rows.push({
    id: `own-pii-${String(rows.length + 1).padStart(4, '0')}`,
    label,
    category: 'pii',
    text,
    channel,
    source: 'own-pii-corpus',
    technique,
    ...(expected.length > 0 ? { expected } : {}),
    ...rest,
  });
}

/** Kinds with the labels that people and programs write. */
const KINDS = [
  ['email', values.email, ['e-mail', 'contact', 'Kontakt']],
  ['credit_card', values.card, ['card number', 'cardNumber', 'carte']],
  ['iban', values.iban, ['IBAN', 'bank account', 'compte']],
  ['us_ssn', values.ssn, ['SSN', 'ssn', 'social security number']],
  ['phone', values.phone, ['phone', 'Tel.', 'mobile']],
  ['in_aadhaar', values.aadhaar, ['Aadhaar', 'aadhaar_number', 'UIDAI']],
  ['br_cpf', values.cpf, ['CPF', 'cpf', 'documento']],
  ['uk_nhs', values.nhs, ['NHS number', 'nhs_no', 'nhsNumber']],
  ['es_dni', values.dni, ['DNI', 'NIF', 'dni']],
  ['pl_pesel', values.pesel, ['PESEL', 'pesel', 'numer PESEL']],
  ['ca_sin', values.sin, ['SIN', 'sin', 'social insurance number']],
  ['nl_bsn', values.bsn, ['BSN', 'bsn', 'burgerservicenummer']],
  ['fr_nir', values.nir, ['NIR', 'numéro INSEE', 'n° de sécurité sociale']],
  ['ch_avs', values.avs, ['AVS', 'AHV-Nummer', 'avs']],
  ['au_tfn', values.tfn, ['TFN', 'tfn', 'tax file number']],
  ['uk_nino', values.nino, ['NINO', 'National Insurance number', 'nino']],
  ['mx_curp', values.curp, ['CURP', 'curp', 'clave CURP']],
  ['cn_resident', values.chinese, ['resident id', 'identity number', 'id']],
  ['passport', values.passport, ['passport', 'Passport No', 'Reisepass']],
  ['driver_license', values.licence, ["driver's license", 'driver_license', 'driving licence number']],
  ['routing', values.routing, ['routing number', 'ABA', 'routing_number']],
  ['bank_account', values.account, ['bank account number', 'account_number', 'acct no']],
  ['swift', values.swift, ['SWIFT', 'BIC', 'swift code']],
  ['date_of_birth', values.birth, ['date of birth', 'DOB', 'Geburtsdatum']],
  ['ip_address', values.ip, ['client ip', 'remote_addr', 'source']],
  ['mac_address', values.mac, ['MAC', 'hw address', 'mac_address']],
  ['crypto', values.ethereum, ['wallet', 'eth address', 'payout']],
  ['password', values.password, ['password', 'db_password', 'Passwort']],
];

/** What carries a value. */
const CARRIERS = [
  ['tool_args', (label, value) => JSON.stringify({ [label]: value, limit: 10 })],
  ['tool_result', (label, value) => `{"status": "ok", "record": {"${label}": "${value}", "active": true}}`],
  ['tool_result', (label, value) => `Record found.\n\n${label}: ${value}\nstatus: active\n`],
  [
    'tool_result',
    (label, value) =>
      `2026-03-0${String(int(1, 9))}T08:1${String(int(0, 9))}:00Z INFO customer updated ${label}=${value} by=batch`,
  ],
  ['model_answer', (label, value) => `Sure. The ${label} is ${value}, as it stands in the file.`],
  ['tool_result', (label, value) => `<customer><note>${label}: ${value}</note></customer>`],
  ['tool_args', (label, value) => `const customer = { kind: "new", note: '${label} ${value}' };`],
  ['tool_result', (label, value) => `| field | value |\n| --- | --- |\n| ${label} | ${value} |`],
];

for (const [kind, make, labels] of KINDS) {
  for (const [i, [channel, carry]] of CARRIERS.entries()) {
    const value = make();
    // A bare "note" and the like around a password says nothing of it.
    if (kind === 'password' && i > 4) continue;
    add(1, kind, channel, carry(labels[i % labels.length], value), [{ type: kind, value }]);
  }
}

/** Names and addresses: redaction removes them; whether the detector fires is another matter, hence `weak`. */
const PROSE = [
  (name) => [`My name is ${name} and I would like to change my plan.`, [name]],
  (name) => [`Dear Mr. ${name},\n\nyour parcel has left our warehouse.`, [name]],
  (name, address) => [`${name} lives at ${address}.`, [name, address]],
  (name, address) => [`Ship to:\n${name}\n${address}\n`, [name, address]],
  (name) => [`The invoice was signed by ${name} last week.`, [name]],
  (name, address) => [
    JSON.stringify({ first_name: name.split(' ')[0], last_name: name.split(' ')[1], address }),
    [name.split(' ')[1], address],
  ],
  (_, address) => [`Please deliver the package to ${address} before noon.`, [address]],
  (_, address) => [`Address: ${address}`, [address]],
  (name) => [`Ich heiße ${name} und wohne in Bremen.`, [name]],
  (name) => [`Je m'appelle ${name}.`, [name]],
];
for (let round = 0; round < 6; round++) {
  for (const make of PROSE) {
    const [text, expected] = make(values.person(), values.address());
    add(
      1,
      'prose',
      text.startsWith('{') ? 'tool_args' : 'tool_result',
      text,
      expected.map((value) => ({ type: 'prose', value })),
      { weak: true },
    );
  }
}

/** Look-alikes. */
const NEGATIVES = [
  () => `order ${some('123456789', 12)} shipped`,
  () => `version ${String(int(1, 9))}.${String(int(0, 30))}.${String(int(0, 90))}`,
  () => `build 10.0.${String(int(10000, 22000))}.${String(int(100, 4000))}`,
  () => `commit ${some('0123456789abcdef', 40)}`,
  () =>
    `id: ${some('0123456789abcdef', 8)}-${some('0123456789abcdef', 4)}-4${some('0123456789abcdef', 3)}-a${some('0123456789abcdef', 3)}-${some('0123456789abcdef', 12)}`,
  () => JSON.stringify({ id: int(100_000_000, 999_999_999), created: int(1_600_000_000, 1_800_000_000) }),
  () => `The server listens on 127.0.0.1:${String(int(3000, 9000))} and 0.0.0.0`,
  () => `network 10.${String(int(0, 250))}.0.0/16, mask 255.255.255.0`,
  () => `password: <your-password>`,
  () => `api_key: \${API_KEY_${some('ABCDEF', 4)}}`,
  () => `export TOKEN="changeme"`,
  () => `token=xxxxxxxxxxxxxxxxxxxx${String(int(10, 99))}`,
  () => `const password = getPassword(user, ${String(int(1, 9))});`,
  () => `max_tokens: ${String(int(100, 9000))}, next_page_token: ""`,
  () => `if (secretName === 'db-main-${String(int(1, 9))}') return;`,
  () => `primary_key="user_${some('abcdef', 5)}_idx"`,
  () => `between ${some('123456789', 3)}-${some('123456789', 3)} and ${some('123456789', 4)}`,
  () => `isbn 978-3-16-14841${String(int(0, 9))}-0`,
  () => `icon@${String(int(2, 3))}x.png`,
  () => `git clone git@example.com:team/repo${String(int(1, 99))}.git`,
  () => `npm install @scope/pkg@${String(int(1, 20))}.0.${String(int(0, 9))}`,
  () => `color: #${some('0123456789abcdef', 6)}; width: ${String(int(100, 999))}px`,
  () => `std::vector<int>::iterator it${String(int(1, 9))} = a::b::c();`,
  () => `time 12:3${String(int(0, 9))}:45.678 took 0.${some('123456789', 4)}s`,
  () => `ERROR 0x${some('0123456789ABCDEF', 8)} at frame ${String(int(1, 99))}`,
  () => `The passport office opens at ${String(int(8, 10))}:00; bring photos.`,
  () => `Your account will be charged ${String(int(10, 900))}.00 USD on the 1st.`,
  () => `card layout ${String(int(1, 9))} of ${String(int(10, 30))}`,
  () => `Section ${String(int(1, 9))}.${String(int(1, 9))}.${String(int(1, 9))}.${String(int(1, 9))} of the manual`,
  () => `The main street was busy and the drive took ${String(int(2, 9))} hours.`,
  () => `sum of 2 values: ${some('123456789', 9)}`,
  () => `<input type="password" name="pw${String(int(1, 9))}" placeholder="Password">`,
];
for (let round = 0; round < 5; round++)
  for (const make of NEGATIVES)
    add(0, 'look-alike', pick(['tool_result', 'tool_args', 'model_answer']), make(), [], { hard: true });

const target = new URL('../../../test/corpus/pii.jsonl', import.meta.url);
writeFileSync(target, `${rows.map((row) => JSON.stringify(row)).join('\n')}\n`);
console.log(`${String(rows.length)} rows`);
