import { expect } from '@jest/globals';
import type { TestGateway } from '../../support/gateway.js';
import { RawSession } from '../../support/raw-http.js';
import { faultsOf, type MetaAnswer } from '../schemas/answers.js';

export type Json = Record<string, unknown>;

/** A client that calls the meta tools over HTTP and holds every answer against the contract on the way. */
export class MetaClient {
  private constructor(readonly session: RawSession) {}

  static async open(gateway: TestGateway, project = 0): Promise<MetaClient> {
    return new MetaClient(await RawSession.open(gateway.url, gateway.key(project)));
  }

  /** Calls a meta tool; the answer has one text block that says the same as the structured content, and fits the tool's schema. */
  async meta(name: string, args: Json = {}): Promise<MetaAnswer> {
    const answer = await this.session.call(name, args);
    const result = answer.result as Json | undefined;
    if (result === undefined) throw new Error(`${name} was not answered with a result: ${JSON.stringify(answer)}`);
    const content = result.content as { type: string; text: string }[];
    expect(content).toEqual([{ type: 'text', text: expect.any(String) as unknown }]);
    expect(JSON.parse(content[0]!.text)).toEqual(result.structuredContent);
    const checked = { isError: result.isError === true, payload: result.structuredContent as Json };
    const faults = faultsOf(name, checked);
    if (faults.length > 0) {
      throw new Error(`the answer of ${name} breaks the contract:\n${faults.join('\n')}\n${JSON.stringify(checked)}`);
    }
    return checked;
  }

  /** A call that must not fail. */
  async ok(name: string, args: Json = {}): Promise<Json> {
    const { isError, payload } = await this.meta(name, args);
    if (isError) throw new Error(`${name} failed: ${JSON.stringify(payload)}`);
    return payload;
  }

  /** The `error` member of a request that must fail as a whole. */
  async refused(name: string, args: Json = {}): Promise<Json> {
    const { isError, payload } = await this.meta(name, args);
    if (!isError || typeof payload.error !== 'object') throw new Error(`not refused: ${JSON.stringify(payload)}`);
    return payload.error as Json;
  }

  calls(server: string, ...items: readonly Json[]): Promise<MetaAnswer> {
    return this.meta('enkrypt_secure_call_tools', { server_name: server, tool_calls: items });
  }

  /** One call that must succeed; its result element. */
  async call(server: string, tool: string, args: Json = {}): Promise<Json> {
    const answer = await this.calls(server, { name: tool, args });
    const [element] = resultsOf(answer);
    if (answer.isError || element === undefined) throw new Error(`${tool} failed: ${JSON.stringify(answer.payload)}`);
    return element;
  }

  /** One call that must fail or be blocked; its result element. */
  async failing(server: string, tool: string, args: Json = {}): Promise<Json> {
    const answer = await this.calls(server, { name: tool, args });
    const [element] = resultsOf(answer);
    if (!answer.isError || element === undefined) throw new Error(`${tool} did not fail: ${JSON.stringify(answer)}`);
    return element;
  }
}

export function resultsOf({ payload }: MetaAnswer): Json[] {
  return payload.results as Json[];
}

/** The names of a list of tools. */
export function namesOf(tools: unknown): string[] {
  return (tools as { name: string }[]).map(({ name }) => name);
}

/** A member some levels down. */
export function at(value: unknown, ...path: readonly string[]): Json {
  return path.reduce((inner, name) => (inner as Json)[name], value) as Json;
}
