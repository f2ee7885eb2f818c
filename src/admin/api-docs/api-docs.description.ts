import { ApiParam, ApiResponse } from '@nestjs/swagger';
import { adminRoute, jsonAnswer, ref } from './admin-answers.js';
import type { ApiDescription } from './described-by.decorator.js';

const TEXT = { schema: { type: 'string' } };
const BROWSER = ['adminKey', 'adminKeyInBrowser'];
const OFF = jsonAnswer(
  404,
  'The docs are switched off (`admin_api_docs`), or the page has no such part.',
  ref('AdminError'),
);

/** What the document says about itself and its page. */
export const API_DOCS: ApiDescription = {
  routes: {
    openapi: [
      ...adminRoute({ tags: ['docs'], summary: 'This document' }, BROWSER),
      jsonAnswer(200, 'OpenAPI 3.1.', { type: 'object', required: ['openapi', 'info', 'paths'] }),
      OFF,
    ],
    page: [
      ...adminRoute({ tags: ['docs'], summary: 'This document as a page' }, BROWSER),
      ApiResponse({ status: 200, description: 'The page.', content: { 'text/html': TEXT } }),
      OFF,
    ],
    asset: [
      ...adminRoute({ tags: ['docs'], summary: 'A part of the page' }, BROWSER),
      ApiParam({
        name: 'asset',
        schema: { enum: ['swagger-ui.css', 'swagger-ui-bundle.js', 'swagger-page.js', 'favicon-32x32.png'] },
      }),
      ApiResponse({
        status: 200,
        description: 'The part.',
        content: { 'text/css': TEXT, 'text/javascript': TEXT, 'image/png': {} },
      }),
      OFF,
    ],
  },
  schemas: {},
};
