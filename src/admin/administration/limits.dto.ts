import { IsInt, IsOptional, Max, Min } from 'class-validator';

const MAX = 1_000_000_000_000;

/** null takes a number away, so that the default holds again; what is not named stays. */
export class LimitsBody {
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(MAX)
  calls_per_minute?: number | null;

  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(MAX)
  calls_per_day?: number | null;

  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(MAX)
  bytes_per_minute?: number | null;

  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(MAX)
  concurrent?: number | null;
}
