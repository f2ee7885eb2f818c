import { IsOptional, IsString } from 'class-validator';

export class CreateProjectBody {
  @IsString()
  project_name!: string;
}

/** One of the two. */
export class AssignConfigBody {
  @IsOptional()
  @IsString()
  config_name?: string;

  @IsOptional()
  @IsString()
  config_id?: string;
}

/** One of the two. */
export class AddMemberBody {
  @IsOptional()
  @IsString()
  user_id?: string;

  @IsOptional()
  @IsString()
  email?: string;
}
