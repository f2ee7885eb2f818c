#!/usr/bin/env node
// A guardrail webhook without dependencies: what docs/guardrail-webhook.openapi.yaml describes, in one file to start from.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import { parseArgs } from 'node:util';

const HELP = `Usage: node server.mjs [--port N] [--secret TEXT] [--key TEXT]

A guardrail webhook on 127.0.0.1. It blocks texts that hold the word "launch-code", asks for redaction of employee numbers
(EMP-123456), and reports "urgent!!!" without blocking it.

Options
  --port N       default 8787; 0: the system chooses
  --secret TEXT  refuse requests that are not signed with it (signing_secret of the gateway's config)
  --key TEXT     refuse requests without "Authorization: Bearer TEXT" (api_key of the gateway's config)
  --help         this text

In a gateway config: plugins.guardrails.config.providers
  {"mine": {"type": "http", "base_url": "http://127.0.0.1:8787/check", "signing_secret": "\${env:WEBHOOK_SECRET}"}}
`;

const MAX_BODY_BYTES = 32 * 1024 * 1024;
/** A request that was overheard is worthless after this. */
const MAX_AGE_S = 300;

const RULES = [
  { detector: 'policy_violation', category: 'secret_project', pattern: /launch-code/gi, does: 'block' },
  { detector: 'pii', category: 'employee_number', pattern: /\bEMP-\d{6}\b/g, does: 'redact' },
  { detector: 'toxicity', category: 'shouting', pattern: /urgent!!!/gi, does: 'report' },
];

/** The answer to one request: the strictest of what its rules say. */
function judge({ texts }) {
  const findings = [];
  const wishes = new Set();
  texts.forEach(({ text }, index) => {
    for (const { detector, category, pattern, does } of RULES) {
      for (const match of text.matchAll(pattern)) {
        wishes.add(does);
        const [start, end] = [match.index, match.index + match[0].length];
        // Redacted is what has a place, so what is only reported comes without one.
        findings.push({
          detector,
          category,
          score: 1,
          ...(does === 'redact' ? { text_index: index, start, end } : {}),
        });
      }
    }
  });
  const verdict = wishes.has('block') ? 'block' : wishes.has('redact') ? 'redact' : 'pass';
  return { verdict, detectors: RULES.map(({ detector }) => detector), findings };
}

/** The signature covers the time and the body: `HMAC-SHA256(secret, "<seconds>.<body>")` in hex. */
function isSigned(headers, body, secret) {
  const time = headers['x-gateway-timestamp'] ?? '';
  if (!/^\d{1,12}$/.test(time) || Math.abs(Date.now() / 1000 - Number(time)) > MAX_AGE_S) return false;
  const expected = `sha256=${createHmac('sha256', secret).update(`${time}.`).update(body).digest('hex')}`;
  const given = Buffer.from(headers['x-gateway-signature'] ?? '');
  return given.length === expected.length && timingSafeEqual(given, Buffer.from(expected));
}

async function readBody(request) {
  const parts = [];
  let bytes = 0;
  for await (const part of request) {
    bytes += part.length;
    if (bytes > MAX_BODY_BYTES) return null;
    parts.push(part);
  }
  return Buffer.concat(parts);
}

async function serve(request, response, { key, secret }) {
  const answer = (status, body) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  };
  const body = await readBody(request);
  if (body === null) return answer(413, { error: 'too large' });
  if (request.method !== 'POST') return answer(405, { error: 'POST only' });
  if (key !== undefined && request.headers.authorization !== `Bearer ${key}`) return answer(401, { error: 'no key' });
  if (secret !== undefined && !isSigned(request.headers, body, secret)) return answer(401, { error: 'not signed' });
  let question;
  try {
    question = JSON.parse(body.toString('utf8'));
  } catch {
    return answer(400, { error: 'not JSON' });
  }
  if (question.version !== 1 || !Array.isArray(question.texts)) return answer(400, { error: 'not a question' });
  return answer(200, judge(question));
}

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '8787' },
    secret: { type: 'string' },
    key: { type: 'string' },
    help: { type: 'boolean' },
  },
});
if (values.help) process.stdout.write(HELP);
else {
  const server = createServer((request, response) => {
    serve(request, response, values).catch(() => response.destroy());
  });
  server.listen(Number(values.port), '127.0.0.1', () => {
    console.error(`listening http://127.0.0.1:${server.address().port}/check`);
  });
}
