import {
  type ArgumentMetadata,
  BadRequestException,
  Injectable,
  type PipeTransform,
  type Type,
  ValidationPipe,
} from '@nestjs/common';
import { envelope } from './envelope.js';

/**
 * Validates one input against its DTO class: unknown members and wrong values are a 400 that names them. The class is loaded with the
 * first request that needs it, because class-validator costs 100 ms of every start and 13 MB, and most gateways serve no admin call.
 */
@Injectable()
export class DtoPipe<T extends object> implements PipeTransform<unknown, Promise<T>> {
  private pipe: Promise<ValidationPipe> | undefined;

  constructor(private readonly load: () => Promise<Type<T>>) {}

  /** @throws BadRequestException */
  async transform(value: unknown, metadata: ArgumentMetadata): Promise<T> {
    this.pipe ??= this.load().then((expectedType) => new ValidationPipe({ ...OPTIONS, expectedType }));
    const pipe = await this.pipe;
    return (await pipe.transform(value, metadata)) as T;
  }
}

const OPTIONS = {
  whitelist: true,
  forbidNonWhitelisted: true,
  transform: true,
  validationError: { target: false, value: false },
  exceptionFactory: (errors: readonly { readonly constraints?: Readonly<Record<string, string>> }[]) =>
    new BadRequestException(
      envelope(errors.flatMap(({ constraints }) => Object.values(constraints ?? {})).join('; '), null),
    ),
};
