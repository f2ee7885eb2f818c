import {
  type ArgumentMetadata,
  HttpException,
  Injectable,
  type PipeTransform,
  type Type,
  ValidationPipe,
} from '@nestjs/common';
import { envelope } from './envelope.js';

/** Members of the reference's bodies that name a file of the gateway's machine, which no request may. */
const FILE_MEMBERS = new Map([
  ['output_file', 'the document is the answer: save it where you want it'],
  ['input_file', 'send the document itself as "config" or "backup"'],
  ['backup_file', 'send the document itself as "backup"'],
  ['policy_file', 'send the policy itself as "policy"'],
  ['input_policy_file', 'send the policy itself as "input_policy"'],
  ['output_policy_file', 'send the policy itself as "output_policy"'],
]);

interface Fault {
  readonly property: string;
  readonly constraints?: Readonly<Record<string, string>>;
}

/**
 * Validates one input against its DTO class: unknown members and wrong values are a 400 (or 422) that names them. The class is loaded with the
 * first request that needs it, because class-validator costs 100 ms of every start and 13 MB, and most gateways serve no admin call.
 */
@Injectable()
export class DtoPipe<T extends object> implements PipeTransform<unknown, Promise<T>> {
  private pipe: Promise<ValidationPipe> | undefined;

  /** @param status of a refusal: 422 for what is well-formed and wrong, as the reference has it for bodies */
  constructor(
    private readonly load: () => Promise<Type<T>>,
    private readonly status: 400 | 422 = 400,
  ) {}

  /** @throws HttpException with the envelope */
  async transform(value: unknown, metadata: ArgumentMetadata): Promise<T> {
    this.pipe ??= this.load().then((expectedType) => {
      const exceptionFactory = (faults: readonly Fault[]) =>
        new HttpException(
          envelope(faults.flatMap(textsOf).join('; ') || 'The input is not an object.', null),
          this.status,
        );
      return new ValidationPipe({ ...OPTIONS, exceptionFactory, expectedType });
    });
    const pipe = await this.pipe;
    return (await pipe.transform(value, metadata)) as T;
  }
}

const OPTIONS = {
  whitelist: true,
  forbidNonWhitelisted: true,
  transform: true,
  validationError: { target: false, value: false },
};

function textsOf({ property, constraints }: Fault): string[] {
  const refusal = refusalOfFile(property);
  return refusal === null ? Object.values(constraints ?? {}) : [refusal];
}

/** What to send instead of a member that names a file; null for other members. */
export function refusalOfFile(property: string): string | null {
  const remedy = FILE_MEMBERS.get(property);
  return remedy === undefined ? null : `${property} is not taken: ${remedy}`;
}
