import { SetMetadata, type CustomDecorator } from '@nestjs/common';
import type { AdminScheme } from './admin-key.js';

/** Metadata key that AdminKeyGuard reads. */
export const SCHEMES = 'gateway:admin-schemes';

/**
 * How the admin key may be sent to the routes of a controller; without it, as a bearer token only. Basic must stay on routes that only
 * read and hold no secrets: a browser sends what it remembers with requests that other sites make it send, too.
 */
export const AdminSchemes = (...schemes: readonly AdminScheme[]): CustomDecorator => SetMetadata(SCHEMES, schemes);
