import { ArrayMaxSize, IsArray, IsBoolean, IsInt, IsObject, IsOptional, IsString, Max, Min } from 'class-validator';
import type { KeyWishes } from '../../config/administration/api-keys.js';
import type { Json } from '../../config/administration/document.js';
import { MAX_OVERLAP_SECONDS } from '../../config/administration/key-rotation.js';

export class CreateUserBody {
  @IsString()
  email!: string;
}

export class UpdateUserBody {
  @IsString()
  new_email!: string;
}

export class DeleteUserBody {
  @IsOptional()
  @IsBoolean()
  force?: boolean;
}

/** What the schema of the config takes as ranges is checked with it; this bounds what gets there. */
const MAX_RANGES = 256;

/** What is set of a key; null takes a restriction away. */
export class UpdateKeyBody {
  @IsOptional()
  @IsString()
  name?: string | null;

  @IsOptional()
  @IsString()
  expires_at?: string | null;

  @IsOptional()
  @IsObject()
  access?: Json | null;

  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MAX_RANGES)
  @IsString({ each: true })
  allowed_ips?: string[] | null;
}

/** A project by its name or id, and what the key is to be. */
export class GenerateKeyBody extends UpdateKeyBody {
  @IsOptional()
  @IsString()
  project_name?: string;

  @IsOptional()
  @IsString()
  project_id?: string;
}

/** The body as the administration takes it. */
export function wishesOf({ name, expires_at, access, allowed_ips }: UpdateKeyBody): KeyWishes {
  return { name, expiresAt: expires_at, access, allowedIps: allowed_ips };
}

export class RotateKeyBody {
  /** A key or its id. */
  @IsString()
  api_key!: string;

  /** How long the old key works on; absent = not at all. */
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(MAX_OVERLAP_SECONDS)
  overlap_seconds?: number;
}
