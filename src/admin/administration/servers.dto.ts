import { IsArray, IsObject, IsString, ValidateIf } from 'class-validator';

type Json = Record<string, unknown>;

/** Given, and not null: the schema of the config knows no null here. */
const IfGiven = () => ValidateIf((_body, value) => value !== undefined);

/** Members of a server that can be set one by one. */
export class UpdateServerBody {
  @IfGiven()
  @IsString()
  server_command?: string;

  @IfGiven()
  @IsArray()
  @IsString({ each: true })
  args?: string[];

  @IfGiven()
  @IsObject()
  env?: Record<string, string>;

  @IfGiven()
  @IsString()
  url?: string;

  @IfGiven()
  @IsObject()
  headers?: Record<string, string>;

  @IfGiven()
  @IsObject()
  tools?: Json;

  @IfGiven()
  @IsString()
  description?: string;
}

export class AddServerBody extends UpdateServerBody {
  @IsString()
  server_name!: string;

  @IfGiven()
  @IsObject()
  input_guardrails_policy?: Json;

  @IfGiven()
  @IsObject()
  output_guardrails_policy?: Json;
}

export class PolicyBody {
  @IsObject()
  policy!: Json;
}

export class PoliciesBody {
  @IfGiven()
  @IsObject()
  input_policy?: Json;

  @IfGiven()
  @IsObject()
  output_policy?: Json;
}
