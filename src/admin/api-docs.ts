import type { IncomingMessage, ServerResponse } from 'node:http';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AdminAccess } from './admin-access.js';

/** Where the docs live; everything below needs the admin key. */
const PATHS = ['/docs', '/openapi.json'];

/**
 * Serves the OpenAPI document and its page to holders of the admin key. Loads the Swagger code only when called (140 ms and 14 MB).
 * The routes are Express's own, out of reach of Nest's guard, so the same decision stands in front of them as middleware.
 * To be called after `prepareExpress` and before the app listens.
 */
export async function setupApiDocs(app: NestExpressApplication, version: string): Promise<void> {
  const { DocumentBuilder, SwaggerModule } = await import('@nestjs/swagger');
  const access = app.get(AdminAccess, { strict: false });
  app.use(PATHS, (request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void) => {
    try {
      access.demand(request, response);
      next();
    } catch (error) {
      next(error);
    }
  });
  const description = new DocumentBuilder()
    .setTitle('Secure MCP Gateway: admin API')
    .setVersion(version)
    .addBearerAuth()
    .addSecurityRequirements('bearer')
    .build();
  const document = SwaggerModule.createDocument(app, description);
  SwaggerModule.setup('docs', app, document, {
    jsonDocumentUrl: '/openapi.json',
    yamlDocumentUrl: '/docs/openapi.yaml',
  });
}
