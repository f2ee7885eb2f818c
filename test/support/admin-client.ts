import type { ApiContract } from './api-contract.js';
import type { TestGateway } from './gateway.js';
import { type RawResponse, send } from './raw-http.js';

type Json = Record<string, unknown>;

/** Asks the admin API of a gateway, and keeps every answer. */
export class AdminClient {
  /** Bodies and headers of all answers. */
  readonly seen: string[] = [];
  /** Answers that the API document does not describe. */
  readonly surprises: string[] = [];

  constructor(
    private readonly gateway: TestGateway,
    private readonly contract?: ApiContract,
  ) {}

  /** @param path below /api/v1 */
  async ask(method: string, path: string, body?: unknown, headers: readonly string[] = []): Promise<RawResponse> {
    const url = `/api/v1${path}`;
    const answer = await send(`${this.gateway.origin}${url}`, {
      method,
      headers: [
        'Authorization',
        `Bearer ${this.gateway.config.adminKey}`,
        ...(body === undefined ? [] : ['Content-Type', 'application/json']),
        ...headers,
      ],
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    this.seen.push(answer.text, JSON.stringify(answer.headers));
    const fault = this.contract?.faults(method, url, answer) ?? '';
    if (fault !== '') this.surprises.push(fault);
    return answer;
  }

  /** The status alone. */
  async status(method: string, path: string, body?: unknown): Promise<number> {
    return (await this.ask(method, path, body)).status;
  }

  /** `data` of an answer that must be a success. */
  async data<T = Json>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await this.ask(method, path, body);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${String(answer.status)} ${answer.text}`);
    return answer.json().data as T;
  }
}
