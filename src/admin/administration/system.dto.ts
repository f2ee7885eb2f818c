import { Equals, IsBoolean, IsObject, IsOptional, IsString, MaxLength, MinLength } from 'class-validator';

export class RestoreBody {
  /** What a backup gave. */
  @IsObject()
  backup!: Record<string, unknown>;

  /** Say what would change, and change nothing. */
  @IsOptional()
  @IsBoolean()
  dry_run?: boolean;
}

export class ResetBody {
  @Equals(true, { message: 'confirm must be true: all configs, projects, users and keys will be gone' })
  confirm!: boolean;
}

export class ServiceKeyBody {
  @IsString()
  @MinLength(1)
  @MaxLength(4096)
  api_key!: string;
}

export class TelemetryBody {
  @IsOptional()
  @IsBoolean()
  enabled?: boolean;

  @IsOptional()
  @IsString()
  url?: string;

  @IsOptional()
  @IsBoolean()
  insecure?: boolean;
}
