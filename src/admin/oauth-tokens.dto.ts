import { IsOptional, IsString, Matches, MaxLength } from 'class-validator';

const LIMIT = /^(?:[1-9]\d?|[1-4]\d{2}|500)$/;
const OFFSET = /^\d{1,9}$/;

/** Query of GET /api/v1/oauth/tokens. Names or ids; absent = all. */
export class OAuthTokensQuery {
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

  /** Absent = 100. */
  @IsOptional()
  @Matches(LIMIT, { message: 'limit must be 1 to 500' })
  limit?: string;

  @IsOptional()
  @Matches(OFFSET, { message: 'offset must be a number' })
  offset?: string;
}

/** The id in a path. */
export class OAuthTokenId {
  @Matches(/^[0-9a-f]{16}$/, { message: 'id must be 16 hexadecimal digits' })
  id!: string;
}
