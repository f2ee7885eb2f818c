import { SetMetadata, type CustomDecorator } from '@nestjs/common';

/** Metadata key that AdminKeyGuard reads. */
export const PUBLIC = 'gateway:public';

/** Opens a route, or every route of a controller, to callers without the admin key. Without it a route is closed. */
export const Public = (): CustomDecorator => SetMetadata(PUBLIC, true);
