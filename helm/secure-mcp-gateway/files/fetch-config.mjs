// Run by the init container: fetches the config and puts it where the gateway looks. Says how it went and never what came.
import { createHash } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';

const MAX_BYTES = 16 * 1024 * 1024;
const TIMEOUT_MS = 30_000;
const { CONFIG_URL: url, CONFIG_SHA256: wanted, CONFIG_TOKEN_FILE: tokenFile, CONFIG_TARGET: target } = process.env;

function fail(why) {
  console.error(`The config was not fetched: ${why}.`);
  process.exit(1);
}

const headers = tokenFile ? { authorization: `Bearer ${readFileSync(tokenFile, 'utf8').trim()}` } : {};
// The parser's own words would show the URL, which may hold a signature.
if (!URL.canParse(url) || new URL(url).protocol !== 'https:') fail('its URL is not https');
const answer = await fetch(url, { headers, redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) }).catch(
  (error) => fail(error.cause?.code ?? error.name),
);
if (answer.status !== 200) fail(`the answer was ${answer.status}`);
const parts = [];
let size = 0;
try {
  for await (const part of answer.body) {
    size += part.length;
    if (size > MAX_BYTES) fail('it is larger than 16 MiB');
    parts.push(part);
  }
} catch (error) {
  fail(error.cause?.code ?? error.name);
}
const bytes = Buffer.concat(parts);
if (wanted && createHash('sha256').update(bytes).digest('hex') !== wanted) fail('its SHA-256 is another one');
writeFileSync(`${target}.new`, bytes, { mode: 0o600 });
renameSync(`${target}.new`, target);
console.log('The config was fetched.');
