import { IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import { Page } from './administration/page.dto.js';

/** Query of GET /api/v1/oauth/tokens. Names or ids; absent = all. Without a limit, 100. */
export class OAuthTokensQuery extends Page {
  @IsOptional()
  @IsString()
  @MaxLength(256)
  config?: string;

  @IsOptional()
  @IsString()
  @MaxLength(256)
  server?: string;

  @IsOptional()
  @IsString()
  @MaxLength(256)
  user?: string;

  @IsOptional()
  @IsString()
  @MaxLength(256)
  project?: string;
}

/** The id in a path. */
export class OAuthTokenId {
  @Matches(/^[0-9a-f]{16}$/, { message: 'id must be 16 hexadecimal digits' })
  id!: string;
}
