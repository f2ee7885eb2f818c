import { SetMetadata, type CustomDecorator } from '@nestjs/common';

/** A JSON Schema (2020-12, as OpenAPI 3.1 takes it). */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** What the OpenAPI document says about one controller beyond what its routes tell by themselves. */
export interface ApiDescription {
  /** Name of the method -> decorators of @nestjs/swagger. Every route needs an entry. */
  readonly routes: Readonly<Record<string, readonly MethodDecorator[]>>;
  /** Schemas that the routes refer to, by their name under `#/components/schemas`. */
  readonly schemas: Readonly<Record<string, JsonSchema>>;
}

/** Metadata key that ApiDocument reads. */
export const DESCRIPTION = 'gateway:api-description';

export type LoadDescription = () => Promise<ApiDescription>;

/**
 * Names the description of a controller, which is imported when somebody asks for the document and not before: Swagger's decorators
 * would cost every start 140 ms and 14 MB, and most gateways are never asked.
 */
export const DescribedBy = (load: LoadDescription): CustomDecorator => SetMetadata(DESCRIPTION, load);
