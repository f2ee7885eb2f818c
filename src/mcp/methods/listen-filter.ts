import { GatewayError } from '../../errors.js';

/** As many as one session may subscribe to. */
const MAX_URIS = 256;

/** What a listening client wants to hear of (2026-07-28, `SubscriptionFilter`). */
export interface ListenFilter {
  readonly tools: boolean;
  readonly prompts: boolean;
  readonly resources: boolean;
  /** Each once. */
  readonly uris: readonly string[];
}

/** @throws GatewayError invalid_params */
export function readListenFilter({ notifications }: Readonly<Record<string, unknown>>): ListenFilter {
  if (typeof notifications !== 'object' || notifications === null || Array.isArray(notifications)) {
    throw new GatewayError(
      'invalid_params',
      'subscriptions/listen needs the member "notifications", for example {"toolsListChanged": true}.',
    );
  }
  const given = notifications as Readonly<Record<string, unknown>>;
  return {
    tools: flagOf(given, 'toolsListChanged'),
    prompts: flagOf(given, 'promptsListChanged'),
    resources: flagOf(given, 'resourcesListChanged'),
    uris: urisOf(given.resourceSubscriptions),
  };
}

/** The filter as the client is told that it is served: what is not served is left out. */
export function writeListenFilter({ tools, prompts, resources, uris }: ListenFilter): Record<string, unknown> {
  return {
    ...(tools && { toolsListChanged: true }),
    ...(prompts && { promptsListChanged: true }),
    ...(resources && { resourcesListChanged: true }),
    ...(uris.length > 0 && { resourceSubscriptions: uris }),
  };
}

function flagOf(given: Readonly<Record<string, unknown>>, name: string): boolean {
  const value = given[name];
  if (value === undefined || typeof value === 'boolean') return value === true;
  throw new GatewayError('invalid_params', `"${name}" of subscriptions/listen must be true or false.`);
}

function urisOf(value: unknown): readonly string[] {
  if (value === undefined) return [];
  if (!Array.isArray(value) || !value.every((uri): uri is string => typeof uri === 'string' && uri !== '')) {
    throw new GatewayError('invalid_params', '"resourceSubscriptions" of subscriptions/listen must be a list of URIs.');
  }
  if (value.length > MAX_URIS) {
    throw new GatewayError('invalid_params', `One stream may subscribe to ${String(MAX_URIS)} resources.`);
  }
  return [...new Set(value)];
}
