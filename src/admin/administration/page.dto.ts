import { IsOptional, IsString, Matches, MaxLength } from 'class-validator';

const LIMIT = /^(?:[1-9]\d?|[1-4]\d{2}|500)$/;
const OFFSET = /^\d{1,9}$/;

/** Which part of a list. */
export class Page {
  /** Absent = all. */
  @IsOptional()
  @Matches(LIMIT, { message: 'limit must be 1 to 500' })
  limit?: string;

  @IsOptional()
  @Matches(OFFSET, { message: 'offset must be a number' })
  offset?: string;
}

/** Query of every list. */
export class PageQuery extends Page {
  /** What the search routes take as `search_term`. */
  @IsOptional()
  @IsString()
  @MaxLength(256)
  q?: string;
}

/** Query of the keys of a user. */
export class KeysQuery extends PageQuery {
  /** Name or id of a project. */
  @IsOptional()
  @IsString()
  @MaxLength(256)
  project_identifier?: string;
}

/** Body of the search routes. */
export class SearchBody {
  @IsString()
  @MaxLength(256)
  search_term!: string;
}
