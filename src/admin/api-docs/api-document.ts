import { type INestApplication, Injectable } from '@nestjs/common';

/** The OpenAPI document, made when it is first asked for. */
@Injectable()
export class ApiDocument {
  private subject: { readonly app: INestApplication; readonly version: string } | undefined;
  private text: Promise<string> | undefined;

  /** Says which app the document is about. To be called by whoever creates it, before it listens. */
  describe(app: INestApplication, version: string): void {
    this.subject = { app, version };
  }

  /** The document as JSON. Routes do not change while the app runs, so it is made once. */
  json(): Promise<string> {
    this.text ??= this.make();
    return this.text;
  }

  private async make(): Promise<string> {
    if (this.subject === undefined) throw new Error('The API document has no app to describe.');
    const { openApiDocument } = await import('./openapi-document.js');
    return JSON.stringify(await openApiDocument(this.subject.app, this.subject.version));
  }
}
