import { BadRequestException, Controller, Get, Query, UsePipes, ValidationPipe } from '@nestjs/common';
import { ConfigStatusQuery } from './config-status.dto.js';
import { ConfigStatusService, type ConfigStatus } from './config-status.service.js';
import { envelope, type Envelope } from './envelope.js';

/** /api/v1/config: what is in force. Needs the admin key. */
@Controller('api/v1/config')
export class ConfigController {
  constructor(private readonly service: ConfigStatusService) {}

  @Get('status')
  @UsePipes(
    new ValidationPipe({
      whitelist: true,
      forbidNonWhitelisted: true,
      validationError: { target: false, value: false },
      exceptionFactory: (errors) =>
        new BadRequestException(
          envelope(errors.flatMap(({ constraints }) => Object.values(constraints ?? {})).join('; '), null),
        ),
    }),
  )
  status(@Query() query: ConfigStatusQuery): Envelope<ConfigStatus> {
    return envelope('Config status', this.service.status(query.section));
  }
}
