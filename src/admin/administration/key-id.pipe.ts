import { type PipeTransform, UnprocessableEntityException } from '@nestjs/common';
import { envelope } from '../envelope.js';

const KEY_ID = /^[0-9a-f]{12}$/;

/** The id of a key in a path. Whole keys are refused: paths end up in logs of proxies and in histories. */
export class KeyIdPipe implements PipeTransform<string, string> {
  /** @throws UnprocessableEntityException, which does not repeat what may be a key */
  transform(value: string): string {
    if (KEY_ID.test(value)) return value;
    throw new UnprocessableEntityException(
      envelope('The path takes the id of a key (key_id, 12 hexadecimal digits), never the key itself.', null),
    );
  }
}
