import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query, UseGuards } from '@nestjs/common';
import { deleteKey, setKeyDisabled, updateKey } from '../../config/administration/api-keys.js';
import { rotateKey } from '../../config/administration/key-rotation.js';
import { getKey, listKeys } from '../../config/administration/key-summary.js';
import { KeyUses } from '../../oauth/inbound/key-uses.js';
import { FOR_OPERATORS, NeedsRole } from '../admin-roles.decorator.js';
import { DescribedBy } from '../api-docs/described-by.decorator.js';
import { DtoPipe } from '../dto.pipe.js';
import { AdministrationService } from './administration.service.js';
import { EmptyBodyGuard } from './empty-body.guard.js';
import { type Exchange, OfExchange } from './exchange.js';
import { KeyIdPipe } from './key-id.pipe.js';
import type { PageQuery } from './page.dto.js';
import type { RotateKeyBody, UpdateKeyBody } from './users.dto.js';

/** /api/v1/api-keys: keys by their ids. Needs the admin key. */
@NeedsRole(FOR_OPERATORS)
@DescribedBy(async () => (await import('./api-keys.description.js')).API_KEYS)
@Controller('api/v1/api-keys')
export class ApiKeysController {
  constructor(
    private readonly admin: AdministrationService,
    private readonly uses: KeyUses,
  ) {}

  @Get()
  async list(
    @OfExchange() exchange: Exchange,
    @Query(new DtoPipe(async () => (await import('./page.dto.js')).PageQuery, 422)) query: PageQuery,
  ) {
    const term = query.q?.toLowerCase() ?? '';
    const times = await this.uses.times();
    return this.admin.list(exchange, query, 'API keys', (document) =>
      listKeys(document, {}, times).filter(({ name, user_email, project_name, key_id }) =>
        [name, user_email, project_name, key_id].some((text) => text?.toLowerCase().includes(term) === true),
      ),
    );
  }

  @Post('rotate')
  @HttpCode(200)
  rotate(
    @OfExchange() exchange: Exchange,
    @Body(new DtoPipe(async () => (await import('./users.dto.js')).RotateKeyBody, 422)) body: RotateKeyBody,
  ) {
    return this.admin.change(exchange, {
      operation: 'api_key.rotate',
      message: 'API key rotated; the new one is shown this once',
      keys: { key: body.api_key },
      apply: (document) => {
        const { api_key, key_id } = rotateKey(document, body.api_key, body.overlap_seconds ?? 0);
        return { new_api_key: api_key, key_id };
      },
    });
  }

  @Get(':key')
  async detail(@OfExchange() exchange: Exchange, @Param('key', KeyIdPipe) key: string) {
    const times = await this.uses.times({ key });
    return this.admin.read(exchange, 'API key', (document) => getKey(document, key, times));
  }

  @Put(':key')
  async update(
    @OfExchange() exchange: Exchange,
    @Param('key', KeyIdPipe) key: string,
    @Body(new DtoPipe(async () => (await import('./users.dto.js')).UpdateKeyBody, 422)) body: UpdateKeyBody,
  ) {
    const { wishesOf } = await import('./users.dto.js');
    return this.admin.change(exchange, {
      operation: 'api_key.update',
      message: 'API key updated',
      apply: (document) => {
        updateKey(document, key, wishesOf(body));
        return null;
      },
    });
  }

  @Post(':key/disable')
  @HttpCode(200)
  @UseGuards(EmptyBodyGuard)
  disable(@OfExchange() exchange: Exchange, @Param('key', KeyIdPipe) key: string) {
    return this.setDisabled(exchange, key, true);
  }

  @Post(':key/enable')
  @HttpCode(200)
  @UseGuards(EmptyBodyGuard)
  enable(@OfExchange() exchange: Exchange, @Param('key', KeyIdPipe) key: string) {
    return this.setDisabled(exchange, key, false);
  }

  @Delete(':key')
  @UseGuards(EmptyBodyGuard)
  remove(@OfExchange() exchange: Exchange, @Param('key', KeyIdPipe) key: string) {
    return this.admin.change(exchange, {
      operation: 'api_key.delete',
      message: 'API key deleted',
      apply: (document) => {
        deleteKey(document, key);
        return null;
      },
    });
  }

  private setDisabled(exchange: Exchange, key: string, disabled: boolean) {
    return this.admin.change(exchange, {
      operation: disabled ? 'api_key.disable' : 'api_key.enable',
      message: disabled ? 'API key disabled' : 'API key enabled',
      apply: (document) => {
        setKeyDisabled(document, key, disabled);
        return null;
      },
    });
  }
}
