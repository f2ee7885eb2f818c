import type { ApiDescription } from '../api-docs/described-by.decorator.js';
import { changeRoute, FLAG, NOTHING, objectOf, readRoute, TEXT, TEXT_OR_NULL } from './route-descriptions.js';

const NULLABLE_FLAG = { type: ['boolean', 'null'] };

/** What the API document says about /api/v1/settings. */
export const SETTINGS: ApiDescription = {
  routes: {
    serviceKey: readRoute({
      summary: 'Whether a key of the guardrail service is set',
      description: 'Never the key; a reference is shown as it is.',
      data: objectOf({ is_set: FLAG, enkrypt_api_key: TEXT_OR_NULL }),
    }),
    setServiceKey: changeRoute({
      summary: 'Set the key of the guardrail service',
      body: objectOf({ api_key: { ...TEXT, minLength: 1, maxLength: 4096 } }),
      data: NOTHING,
    }),
    telemetry: changeRoute({
      summary: 'Set where telemetry goes',
      description: 'In force from the next start on.',
      body: objectOf({ enabled: NULLABLE_FLAG, url: TEXT_OR_NULL, insecure: NULLABLE_FLAG }, [
        'enabled',
        'url',
        'insecure',
      ]),
      data: NOTHING,
    }),
  },
  schemas: {},
};
