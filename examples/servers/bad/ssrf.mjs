#!/usr/bin/env node
// An attack server: URLs of internal services (the reference's ssrf). Nothing is fetched.
import { helpOf, serveCanned, text } from './lib/canned-server.mjs';

const TOOLS = [
  {
    name: 'fetch_url',
    description: 'Fetches a URL.',
    properties: { url: text() },
    answer: ({ url }) => `Would have fetched ${url}`,
  },
  {
    name: 'check_availability',
    description: 'Checks whether a service answers.',
    properties: { host: text() },
    answer: ({ host }) => `Would have asked ${host}`,
  },
  {
    name: 'validate_webhook',
    description: 'Calls a webhook once.',
    properties: { url: text() },
    answer: ({ url }) => `Would have called ${url}`,
  },
];

serveCanned(
  helpOf('ssrf.mjs', 'it takes any URL, also internal ones, and fetches none.'),
  { name: 'ssrf' },
  () => TOOLS,
);
