import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** The page: static, without a line of script or style of its own, so that its content security policy can forbid both. */
export const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <title>Secure MCP Gateway: HTTP API</title>
    <link rel="icon" href="/docs/favicon-32x32.png">
    <link rel="stylesheet" href="/docs/swagger-ui.css">
  </head>
  <body>
    <div id="swagger-ui"></div>
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script src="/docs/swagger-page.js"></script>
  </body>
</html>
`;

/** Keys that are typed into the page live as long as the page; no validator of somebody else is asked. */
const START = `SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#swagger-ui',
  presets: [SwaggerUIBundle.presets.apis],
  layout: 'BaseLayout',
  validatorUrl: null,
  persistAuthorization: false,
});
`;

/** What the page loads, and nothing else of Swagger UI's package. */
const FROM_PACKAGE: ReadonlyMap<string, string> = new Map([
  ['swagger-ui.css', 'text/css; charset=utf-8'],
  ['swagger-ui-bundle.js', 'text/javascript; charset=utf-8'],
  ['favicon-32x32.png', 'image/png'],
]);

/** One part of the page. */
interface Asset {
  readonly bytes: Buffer;
  /** Media type. */
  readonly type: string;
}

/** A part of the page by its file name; null = it has no such part. */
export async function readAsset(name: string): Promise<Asset | null> {
  if (name === 'swagger-page.js') return { bytes: Buffer.from(START), type: 'text/javascript; charset=utf-8' };
  const type = FROM_PACKAGE.get(name);
  return type === undefined ? null : { bytes: await readFile(join(swaggerUiFolder(), name)), type };
}

/** The copy of Swagger UI that Nest's Swagger module asks for; it is not a dependency of ours. */
function swaggerUiFolder(): string {
  const swaggerModule = createRequire(import.meta.url).resolve('@nestjs/swagger');
  return dirname(createRequire(swaggerModule).resolve('swagger-ui-dist/package.json'));
}
