import { IsObject, IsString } from 'class-validator';

export class CreateConfigBody {
  @IsString()
  config_name!: string;
}

export class CopyConfigBody {
  @IsString()
  source_config!: string;

  @IsString()
  target_config!: string;
}

export class RenameConfigBody {
  @IsString()
  new_name!: string;
}

export class ImportConfigBody {
  @IsString()
  config_name!: string;

  /** What an export gave. */
  @IsObject()
  config!: Record<string, unknown>;
}
