import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query, UseGuards } from '@nestjs/common';
import {
  deleteAdminKey,
  generateAdminKey,
  listAdminKeys,
  rotateAdminKey,
  setAdminKeyDisabled,
} from '../../config/administration/admin-keys.js';
import { KeyUses } from '../../oauth/inbound/key-uses.js';
import { NeedsRole } from '../admin-roles.decorator.js';
import { DescribedBy } from '../api-docs/described-by.decorator.js';
import { DtoPipe } from '../dto.pipe.js';
import type { GenerateAdminKeyBody } from './admin-keys.dto.js';
import { AdministrationService } from './administration.service.js';
import { EmptyBodyGuard } from './empty-body.guard.js';
import { type Exchange, OfExchange } from './exchange.js';
import { KeyIdPipe } from './key-id.pipe.js';
import type { PageQuery } from './page.dto.js';

/** /api/v1/admin-keys: who may use this API. For owners. */
@NeedsRole('owner')
@DescribedBy(async () => (await import('./admin-keys.description.js')).ADMIN_KEYS)
@Controller('api/v1/admin-keys')
export class AdminKeysController {
  constructor(
    private readonly admin: AdministrationService,
    private readonly uses: KeyUses,
  ) {}

  @Get()
  async list(
    @OfExchange() exchange: Exchange,
    @Query(new DtoPipe(async () => (await import('./page.dto.js')).PageQuery, 422)) query: PageQuery,
  ) {
    const times = await this.uses.times('admin');
    const term = query.q?.toLowerCase() ?? '';
    return this.admin.list(
      exchange,
      query,
      'Admin keys',
      (document) =>
        listAdminKeys(document, times).filter(({ name, key_id }) =>
          [name, key_id].some((text) => text?.toLowerCase().includes(term) === true),
        ),
      'none',
    );
  }

  @Post()
  generate(
    @OfExchange() exchange: Exchange,
    @Body(new DtoPipe(async () => (await import('./admin-keys.dto.js')).GenerateAdminKeyBody, 422))
    body: GenerateAdminKeyBody,
  ) {
    const { role, name, expires_at } = body;
    return this.admin.change(exchange, {
      operation: 'admin_key.generate',
      message: 'Admin key made; it is shown this once',
      apply: (document) =>
        generateAdminKey(document, { role, name: name ?? undefined, expiresAt: expires_at ?? undefined }),
    });
  }

  @Post(':key/rotate')
  @HttpCode(200)
  @UseGuards(EmptyBodyGuard)
  rotate(@OfExchange() exchange: Exchange, @Param('key', KeyIdPipe) key: string) {
    return this.admin.change(exchange, {
      operation: 'admin_key.rotate',
      message: 'Admin key rotated; the new one is shown this once',
      apply: (document) => rotateAdminKey(document, key),
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
      operation: 'admin_key.delete',
      message: 'Admin key deleted',
      apply: (document) => {
        deleteAdminKey(document, key);
        return null;
      },
    });
  }

  private setDisabled(exchange: Exchange, key: string, disabled: boolean) {
    return this.admin.change(exchange, {
      operation: disabled ? 'admin_key.disable' : 'admin_key.enable',
      message: disabled ? 'Admin key disabled' : 'Admin key enabled',
      apply: (document) => {
        setAdminKeyDisabled(document, key, disabled);
        return null;
      },
    });
  }
}
