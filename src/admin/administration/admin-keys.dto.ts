import { IsIn, IsOptional, IsString } from 'class-validator';
import { ADMIN_ROLES } from '../../config/admin-role.js';

export class GenerateAdminKeyBody {
  @IsIn(ADMIN_ROLES)
  role!: string;

  @IsOptional()
  @IsString()
  name?: string | null;

  @IsOptional()
  @IsString()
  expires_at?: string | null;
}
