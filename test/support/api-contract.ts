import { Ajv2020 } from 'ajv/dist/2020.js';
import ajvFormats from 'ajv-formats';
import type { RawResponse } from './raw-http.js';

type Json = Record<string, unknown>;

interface Operation {
  readonly tags: readonly string[];
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, unknown>> }>>;
}

/** One operation of the document. */
export interface Route {
  /** Upper case. */
  readonly method: string;
  /** With names in braces. */
  readonly path: string;
}

/** The OpenAPI document of a gateway, held against what it answers. */
export class ApiContract {
  private readonly ajv = new Ajv2020({ strict: false, allErrors: true });
  private readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  private readonly asked = new Set<string>();

  constructor(document: Json) {
    ajvFormats.default(this.ajv);
    this.ajv.addSchema({ $id: 'doc', ...document });
    this.paths = document.paths as typeof this.paths;
  }

  /** Operations with this tag; all of them without one. */
  routes(tag?: string): Route[] {
    return Object.entries(this.paths).flatMap(([path, item]) =>
      Object.entries(item)
        .filter(([, { tags }]) => tag === undefined || tags.includes(tag))
        .map(([method]) => ({ method: method.toUpperCase(), path })),
    );
  }

  /** Operations with this tag that were never answered with success. */
  notCalled(tag: string): string[] {
    return this.routes(tag)
      .map(({ method, path }) => `${method} ${path}`)
      .filter((name) => !this.asked.has(name));
  }

  /** What is wrong with an answer; '' = it is as the document says. */
  faults(method: string, url: string, answer: RawResponse): string {
    const path = this.pathOf(method, url.split('?', 1)[0] ?? '');
    if (path === undefined) return `${method} ${url} is not documented`;
    if (answer.status < 300) this.asked.add(`${method} ${path}`);
    const lower = method.toLowerCase();
    if (this.paths[path]?.[lower]?.responses[String(answer.status)] === undefined) {
      return `${method} ${path} answers ${String(answer.status)}, which is not documented: ${answer.text}`;
    }
    const at = `/paths/${path.replaceAll('/', '~1')}/${lower}/responses/${String(answer.status)}/content/application~1json/schema`;
    const validate = this.ajv.getSchema(`doc#${at.replace(/[{}]/g, encodeURIComponent)}`);
    if (validate === undefined) return `there is no schema at ${at}`;
    return validate(answer.json()) === true ? '' : `${this.ajv.errorsText(validate.errors)} in ${answer.text}`;
  }

  /** The path of the document that a URL's path belongs to: the one with the fewest names in braces. */
  private pathOf(method: string, path: string): string | undefined {
    const names = (template: string): number => template.split('{').length;
    return Object.keys(this.paths)
      .filter((template) => this.paths[template]?.[method.toLowerCase()] !== undefined)
      .filter((template) => new RegExp(`^${template.replace(/\{\w+\}/g, '[^/]+')}$`).test(path))
      .sort((a, b) => names(a) - names(b))[0];
  }
}
