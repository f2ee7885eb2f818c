import { ApiResponse } from '@nestjs/swagger';
import { adminRoute } from './api-docs/admin-answers.js';
import type { ApiDescription } from './api-docs/described-by.decorator.js';

/** What the API document says about /metrics. */
export const METRICS: ApiDescription = {
  routes: {
    scrape: [
      ...adminRoute({ tags: ['admin'], summary: 'Metrics for Prometheus' }),
      ApiResponse({
        status: 200,
        description: 'Prometheus text format 0.0.4.',
        content: { 'text/plain': { schema: { type: 'string' } } },
      }),
    ],
  },
  schemas: {},
};
