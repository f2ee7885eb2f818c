import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

type Json = Record<string, unknown>;

/** A request as the service got it. */
export interface ServiceRequest {
  /** Which service of this server was asked: the first part of the path. */
  readonly service: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Json;
  /** Of the connection that it came over. */
  readonly port: number | undefined;
}

/** What this service finds: words that stand for what the real one finds by its models. */
export const FOUND = {
  injection_attack: 'please-inject-this',
  keyword_detector: 'banned-word',
  topic_detector: 'beside-the-topic',
  toxicity: 'toxic-words',
  policy_violation: 'against-policy',
} as const;

export const SERVICE_KEY = 'service-key-for-tests';
const EMAIL = /[a-z.]+@example\.com/g;
const PERSON = /Jane Doe/g;

/** How a service fails. `slow_drip` sends a byte at a time for ever, `silent` never answers. */
export const FAULTS = [
  'unauthorized',
  'unauthorized_200',
  'server_error',
  'html',
  'html_500',
  'empty',
  'wrong_shape',
  'empty_summary',
  'truncated',
  'cut_off',
  'slow_drip',
  'silent',
  'huge',
  'redirect',
  'duplicate_keys',
] as const;
export type Fault = (typeof FAULTS)[number];

/**
 * A stand-in for the guardrail service that the reference uses (compatibility contract §4.1), with its faults: `urlOf('ok')` is the base
 * URL of a service that works, `urlOf('<fault>')` of one that fails that way. Every name is a service of its own to the gateway.
 */
export class EnkryptService {
  readonly requests: ServiceRequest[] = [];
  readonly #server: Server;
  readonly #drips = new Set<NodeJS.Timeout>();
  /** Name of a service -> how it fails for now; set by tests of recovery. */
  readonly faults = new Map<string, Fault>(FAULTS.map((fault) => [fault, fault]));

  private constructor() {
    this.#server = createServer((request, response) => {
      void this.#serve(request, response);
    });
  }

  static async open(): Promise<EnkryptService> {
    const service = new EnkryptService();
    await new Promise<void>((resolve) => service.#server.listen(0, '127.0.0.1', resolve));
    return service;
  }

  get origin(): string {
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`;
  }

  urlOf(service: string): string {
    return `${this.origin}/${service}`;
  }

  /** Requests to one service, by the end of their path. */
  asked(service: string, path = ''): readonly ServiceRequest[] {
    return this.requests.filter((request) => request.service === service && request.path.endsWith(path));
  }

  async close(): Promise<void> {
    for (const drip of this.#drips) clearInterval(drip);
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const [, service = '', ...rest] = (request.url ?? '').split('/');
    const path = `/${rest.join('/')}`;
    const body = JSON.parse(Buffer.concat(parts).toString('utf8')) as Json;
    this.requests.push({ service, path, headers: request.headers, body, port: request.socket.remotePort });
    const fault = this.faults.get(service);
    if (fault !== undefined) this.#fail(fault, response);
    else if (request.headers.apikey !== SERVICE_KEY) json(response, 401, { message: 'Unauthorized' });
    else if (path === '/guardrails/policy/detect' && request.headers['x-enkrypt-policy'] === undefined) {
      json(response, 400, { error: 'no policy' });
    } else {
      const answer = answerTo(path, body);
      json(response, answer === null ? 404 : 200, answer ?? { error: 'no such path' });
    }
  }

  #fail(fault: Fault, response: ServerResponse): void {
    switch (fault) {
      case 'unauthorized': {
        json(response, 401, { message: 'Unauthorized' });
        return;
      }
      case 'unauthorized_200': {
        json(response, 200, { message: 'Unauthorized' });
        return;
      }
      case 'server_error': {
        json(response, 500, { error: `internal error with ${SERVICE_KEY}` });
        return;
      }
      case 'html': {
        text(response, 200, '<html><body>Welcome</body></html>');
        return;
      }
      case 'html_500': {
        text(response, 500, '<html><body>Bad gateway</body></html>');
        return;
      }
      case 'empty': {
        text(response, 200, '');
        return;
      }
      case 'wrong_shape': {
        json(response, 200, { result: 'fine', score: 0 });
        return;
      }
      case 'empty_summary': {
        json(response, 200, { summary: {}, details: {} });
        return;
      }
      case 'truncated': {
        text(response, 200, '{"summary":{"injection_attack":0},"det');
        return;
      }
      case 'cut_off':
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
        response.write('{"summary":{"injection_attack":0}', () => response.destroy());
        return;
      case 'slow_drip': {
        response.writeHead(200, { 'content-type': 'application/json' });
        this.#drips.add(setInterval(() => response.write(' '), 20));
        return;
      }
      case 'silent':
        return;
      case 'huge': {
        text(response, 200, `{"summary":{"injection_attack":0},"details":{"x":"${'a'.repeat(4_000_000)}"}}`);
        return;
      }
      case 'redirect':
        response.writeHead(307, { location: `${this.urlOf('ok')}/guardrails/policy/detect` });
        response.end();
        return;
      case 'duplicate_keys': {
        text(response, 200, '{"summary":{"injection_attack":1,"injection_attack":0}}');
        return;
      }
    }
  }
}

function answerTo(path: string, body: Json): unknown {
  const said = (name: string): string => String(body[name]);
  switch (path) {
    case '/guardrails/policy/detect':
      return detect(said('text'));
    case '/guardrails/pii':
      return redact(said('text'));
    case '/guardrails/relevancy':
      return { summary: { relevancy_score: said('llm_answer').includes('irrelevant') ? 0.1 : 0.95 } };
    case '/guardrails/adherence':
      return { summary: { adherence_score: said('llm_answer').includes('made-up') ? 0.2 : 0.9 } };
    case '/guardrails/hallucination':
      return { summary: { is_hallucination: said('response_text').includes('imagined') ? 1 : 0 } };
    case '/guardrails/batch/detect':
      return (body.texts as string[]).map((text) => withDetectors(text, Object.keys(body.detectors as Json)));
    default:
      return null;
  }
}

function detect(text: string): Json {
  const has = (word: string): boolean => text.includes(word);
  const emails = text.match(EMAIL) ?? [];
  return {
    summary: {
      on_topic: has(FOUND.topic_detector) ? 0 : 1,
      nsfw: 0,
      toxicity: has(FOUND.toxicity) ? ['toxicity', 'insult'] : [],
      pii: emails.length > 0 ? 1 : 0,
      injection_attack: has(FOUND.injection_attack) ? 1 : 0,
      keyword_detected: has(FOUND.keyword_detector) ? 1 : 0,
      policy_violation: has(FOUND.policy_violation) ? 1 : 0,
      bias: 0,
      sponge_attack: 0,
    },
    details: {
      injection_attack: { safe: '0.01', attack: '0.97' },
      toxicity: { toxicity: 0.93, insult: 0.81 },
      keyword_detector: {
        detected_keywords: [FOUND.keyword_detector],
        detected_counts: { [FOUND.keyword_detector]: 1 },
      },
      pii: { pii: emails.length > 0 ? { email_address: emails } : {} },
      policy_violation: { violating_policy: 'p', explanation: `it says ${text.slice(0, 40)}` },
    },
  };
}

function withDetectors(text: string, detectors: readonly string[]): Json {
  const { summary, details } = detect(text) as { summary: Json; details: Json };
  const keys = new Set(
    detectors.map((name) => ({ keyword_detector: 'keyword_detected', topic_detector: 'on_topic' })[name] ?? name),
  );
  // No topics were given, so nothing is on topic.
  const topicless = { ...summary, on_topic: 0 };
  return { summary: Object.fromEntries(Object.entries(topicless).filter(([key]) => keys.has(key))), details };
}

function redact(text: string): Json {
  const known = new Map<string, string>();
  const replace = (kind: string) => (found: string) => {
    const placeholder = known.get(found) ?? `<${kind}_${String(known.size)}>`;
    known.set(found, placeholder);
    return placeholder;
  };
  // This one also "corrects" the text, as a service may that uses a model.
  const changed = text.replaceAll('teh', 'the');
  return { text: changed.replace(EMAIL, replace('EMAIL_ADDRESS')).replace(PERSON, replace('PERSON')), key: 'k-1' };
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

function text(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': 'text/html' });
  response.end(body);
}
