import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { eventually } from './gateway.js';

/** A guardrail service in the form of Enkrypt's whose every check waits for the test to decide it. */
export class WaitingChecks {
  private readonly waiting: { readonly text: string; readonly response: ServerResponse }[] = [];
  private readonly server: Server;

  private constructor() {
    this.server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        this.waiting.push({ text: Buffer.concat(parts).toString('utf8'), response });
      });
    });
  }

  static async start(): Promise<WaitingChecks> {
    const checks = new WaitingChecks();
    await new Promise<void>((resolve) => checks.server.listen(0, '127.0.0.1', resolve));
    return checks;
  }

  /** The section of `plugins` that names it. */
  get plugins(): Record<string, unknown> {
    const base_url = `http://127.0.0.1:${String((this.server.address() as AddressInfo).port)}`;
    return { guardrails: { provider: 'enkrypt', config: { api_key: 'k', base_url } } };
  }

  /** Resolves once somebody asks about a text that holds this one. */
  async asked(text: string): Promise<ServerResponse> {
    const check = await eventually(
      () => this.waiting.find((one) => one.text.includes(text)),
      (found) => found !== undefined,
    );
    return check!.response;
  }

  /** Decides the check of such a text. */
  async decide(text: string, verdict: 'clean' | 'attack'): Promise<void> {
    const response = await this.asked(text);
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ summary: { injection_attack: verdict === 'attack' ? 1 : 0 }, details: {} }));
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}
