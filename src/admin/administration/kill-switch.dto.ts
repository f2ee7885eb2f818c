import { IsOptional, IsString, MaxLength } from 'class-validator';

export class DisableBody {
  /** What callers are told. */
  @IsOptional()
  @IsString()
  @MaxLength(256)
  reason?: string | null;
}
