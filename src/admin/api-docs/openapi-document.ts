import type { INestApplication, Type } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { ADMIN_SCHEMAS } from './admin-answers.js';
import { type ApiDescription, DESCRIPTION, type JsonSchema, type LoadDescription } from './described-by.decorator.js';
import { MCP_PATH } from './mcp-operations.js';
import { MCP_SCHEMAS } from './mcp-schemas.js';

const ABOUT = `The HTTP side of the gateway: the MCP endpoint, health, and what needs the admin key.

Errors of \`/mcp\` are JSON-RPC responses, those of everything else have the envelope \`{message, data, timestamp}\`.
With \`--admin-port\`, the operations of the groups *admin*, *administration* and *docs* are served there and nowhere else, and those of *mcp* on the main port only.`;

/** Controllers whose descriptions have been applied: decorators add to what is there, so twice would be too often. */
const described = new WeakSet<Type>();

/**
 * The OpenAPI 3.1 document of everything that the app serves: Nest's routes as Nest knows them, with their descriptions, and the MCP
 * endpoint, which is served before Nest. 3.1, because its schemas are those of MCP tools: JSON Schema 2020-12.
 * @throws Error when a description names a method that its controller does not have
 */
export async function openApiDocument(app: INestApplication, version: string): Promise<OpenAPIObject> {
  const schemas: Record<string, JsonSchema> = { ...ADMIN_SCHEMAS, ...MCP_SCHEMAS };
  for (const controller of controllersOf(app)) {
    const load = Reflect.getMetadata(DESCRIPTION, controller) as LoadDescription | undefined;
    if (load === undefined) continue;
    const description = await load();
    Object.assign(schemas, description.schemas);
    if (!described.has(controller)) apply(description, controller);
    described.add(controller);
  }
  const document = SwaggerModule.createDocument(app, frame(version), { autoTagControllers: false });
  return {
    ...document,
    paths: { ...document.paths, ...MCP_PATH },
    components: { ...document.components, schemas: { ...document.components?.schemas, ...schemas } },
  };
}

function controllersOf(app: INestApplication): Type[] {
  const modules = [...app.get(ModulesContainer).values()];
  return modules.flatMap(({ controllers }) => [...controllers.values()].map(({ metatype }) => metatype as Type));
}

function apply({ routes }: ApiDescription, controller: Type): void {
  const prototype = controller.prototype as object;
  for (const [method, decorators] of Object.entries(routes)) {
    const descriptor = Object.getOwnPropertyDescriptor(prototype, method);
    if (descriptor === undefined) throw new Error(`${controller.name} has no method ${method} to describe.`);
    for (const decorate of decorators) decorate(prototype, method, descriptor);
  }
}

/** What is not said by a route. */
function frame(version: string): Omit<OpenAPIObject, 'paths'> {
  return new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Secure MCP Gateway')
    .setDescription(ABOUT)
    .setVersion(version)
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addTag('mcp', 'What MCP clients use. Needs a gateway key.')
    .addTag('health', 'For people, monitors and orchestrators. Needs no key.')
    .addTag('admin', 'For operators. Needs the admin key.')
    .addTag('administration', 'Configs, servers, projects, users and keys. Needs the admin key.')
    .addTag('docs', 'This document. Needs the admin key.')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'The admin key.' }, 'adminKey')
    .addBasicAuth(
      { type: 'http', scheme: 'basic', description: 'Any user name, the admin key as the password; for browsers.' },
      'adminKeyInBrowser',
    )
    .addApiKey({ type: 'apiKey', in: 'header', name: 'apikey', description: 'A gateway key.' }, 'gatewayKey')
    .addApiKey(
      { type: 'apiKey', in: 'header', name: 'ENKRYPT_GATEWAY_KEY', description: 'A gateway key.' },
      'gatewayKeyHeader',
    )
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'A gateway key.' }, 'gatewayBearer')
    .build();
}
