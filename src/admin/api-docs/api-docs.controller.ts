import { Controller, Get, Header, NotFoundException, Param, StreamableFile } from '@nestjs/common';
import { ConfigStore } from '../../config/config-store.js';
import { AdminSchemes } from '../admin-schemes.decorator.js';
import { envelope } from '../envelope.js';
import { ApiDocument } from './api-document.js';
import { FOR_OPERATORS, NeedsRole } from '../admin-roles.decorator.js';
import { DescribedBy } from './described-by.decorator.js';

/** The page may load its own parts, draw the icons of its style sheet, and call this gateway; nothing else. */
const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * /openapi.json, and /docs with its parts. A browser can send no bearer token for a page and what the page loads, so these routes also
 * take the admin key as the password of HTTP Basic; they read only, and nothing they answer is secret.
 */
@AdminSchemes('Basic', 'Bearer')
@NeedsRole(FOR_OPERATORS)
@DescribedBy(async () => (await import('./api-docs.description.js')).API_DOCS)
@Controller()
export class ApiDocsController {
  constructor(
    private readonly document: ApiDocument,
    private readonly config: ConfigStore,
  ) {}

  @Get('openapi.json')
  @Header('Content-Type', 'application/json; charset=utf-8')
  openapi(): Promise<string> {
    this.requireEnabled();
    return this.document.json();
  }

  @Get('docs')
  @Header('Content-Type', 'text/html; charset=utf-8')
  @Header('Content-Security-Policy', PAGE_POLICY)
  async page(): Promise<string> {
    this.requireEnabled();
    return (await import('./swagger-page.js')).PAGE;
  }

  @Get('docs/:asset')
  async asset(@Param('asset') name: string): Promise<StreamableFile> {
    this.requireEnabled();
    const { readAsset } = await import('./swagger-page.js');
    const asset = await readAsset(name);
    if (asset === null) throw new NotFoundException(envelope('The page has no such part. Open /docs.', null));
    return new StreamableFile(asset.bytes, { type: asset.type, length: asset.bytes.length });
  }

  private requireEnabled(): void {
    if (this.config.current().settings.adminApiDocs) return;
    throw new NotFoundException(envelope('The API docs are switched off. admin_api_docs in the config says so.', null));
  }
}
