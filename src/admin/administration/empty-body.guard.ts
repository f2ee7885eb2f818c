import { type CanActivate, type ExecutionContext, Injectable, UnprocessableEntityException } from '@nestjs/common';
import { refusalOfFile } from '../dto.pipe.js';
import { envelope } from '../envelope.js';

/** For routes that take no body, or an empty object. Runs after the global guard, so strangers are told nothing. */
@Injectable()
export class EmptyBodyGuard implements CanActivate {
  /** @throws UnprocessableEntityException */
  canActivate(context: ExecutionContext): boolean {
    const { body } = context.switchToHttp().getRequest<{ readonly body?: object }>();
    const [member] = Object.keys(body ?? {});
    if (member === undefined) return true;
    const message = refusalOfFile(member) ?? 'This request takes no body, or an empty object.';
    throw new UnprocessableEntityException(envelope(message, null));
  }
}
