import { IsIn, IsOptional, IsString, Matches, MaxLength } from 'class-validator';

/** What `status` may be; `waiting` = everything but `pinned`. */
export const DEFINITION_STATUSES = ['waiting', 'pinned', 'all'] as const;

/** Query of GET /api/v1/definitions. */
export class DefinitionsQuery {
  /** Absent = waiting. */
  @IsOptional()
  @IsIn(DEFINITION_STATUSES)
  status?: (typeof DEFINITION_STATUSES)[number];

  /** Absent = every server. */
  @IsOptional()
  @IsString()
  @MaxLength(128)
  server?: string;
}

/** The id in a path. */
export class DefinitionId {
  @Matches(/^[0-9a-f]{16}$/, { message: 'id must be 16 hexadecimal digits' })
  id!: string;
}
