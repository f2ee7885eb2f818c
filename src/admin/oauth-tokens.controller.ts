import {
  Controller,
  Delete,
  Get,
  NotFoundException,
  Param,
  Query,
  ServiceUnavailableException,
  UseGuards,
} from '@nestjs/common';
import { TokenOverview, type TokenSummary } from '../oauth/upstream/token-overview.js';
import { VaultFault } from '../oauth/upstream/token-vault.js';
import { EmptyBodyGuard } from './administration/empty-body.guard.js';
import { type Exchange, OfExchange } from './administration/exchange.js';
import { FOR_OPERATORS, NeedsRole } from './admin-roles.decorator.js';
import { DescribedBy } from './api-docs/described-by.decorator.js';
import { DtoPipe } from './dto.pipe.js';
import { type Envelope, envelope } from './envelope.js';
import type { OAuthTokenId, OAuthTokensQuery } from './oauth-tokens.dto.js';

const PAGE = 100;

/** /api/v1/oauth/tokens: what there is of tokens for servers, and their end. Needs the admin key. */
@NeedsRole(FOR_OPERATORS)
@DescribedBy(async () => (await import('./oauth-tokens.description.js')).OAUTH_TOKENS)
@Controller('api/v1/oauth/tokens')
export class OAuthTokensController {
  constructor(private readonly overview: TokenOverview) {}

  @Get()
  async list(
    @OfExchange() exchange: Exchange,
    @Query(new DtoPipe(async () => (await import('./oauth-tokens.dto.js')).OAuthTokensQuery, 422))
    { limit, offset, ...filter }: OAuthTokensQuery,
  ): Promise<Envelope<readonly object[]>> {
    const page = { offset: Number(offset ?? 0), limit: Number(limit ?? PAGE) };
    const { total, tokens } = await this.overview.list(filter, page);
    exchange.header('X-Total-Count', String(total));
    return envelope('OAuth tokens', tokens.map(shown));
  }

  /** Forgets a token and takes it back where it is from (RFC 7009). A person logs in anew; the gateway asks for another. */
  @Delete(':id')
  @UseGuards(EmptyBodyGuard)
  async end(
    @Param(new DtoPipe(async () => (await import('./oauth-tokens.dto.js')).OAuthTokenId)) { id }: OAuthTokenId,
  ): Promise<Envelope<{ readonly removed: boolean; readonly revoked: boolean }>> {
    const ended = await this.overview.end(id).catch((error: unknown) => {
      if (!(error instanceof VaultFault)) throw error;
      throw new ServiceUnavailableException(envelope('The token vault cannot be asked: nothing was removed.', null));
    });
    if (ended !== undefined) return envelope(ended.removed ? 'Token removed' : 'There was no token', ended);
    throw new NotFoundException(envelope('No server of the config and nobody in it has a token with this id.', null));
  }
}

function shown({ state, ...token }: TokenSummary): object {
  return {
    ...token,
    state: state?.status ?? 'unknown',
    scopes: state?.scopes ?? [],
    expires_at: state?.expiresAt == null ? null : new Date(state.expiresAt).toISOString(),
    refreshable: state?.refreshable ?? false,
    last_error: state === null ? 'vault' : state.lastError,
  };
}
