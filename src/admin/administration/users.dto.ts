import { IsBoolean, IsOptional, IsString } from 'class-validator';

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

/** A project by its name or id, and what the key is to be. */
export class GenerateKeyBody {
  @IsOptional()
  @IsString()
  project_name?: string;

  @IsOptional()
  @IsString()
  project_id?: string;

  @IsOptional()
  @IsString()
  name?: string;

  @IsOptional()
  @IsString()
  expires_at?: string;
}

export class RotateKeyBody {
  /** A key or its id. */
  @IsString()
  api_key!: string;
}
