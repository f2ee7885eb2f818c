import { IsIn, IsOptional } from 'class-validator';

/** Parts of the config status that can be asked for alone. */
export const STATUS_SECTIONS = ['config', 'features', 'counters'] as const;
export type StatusSection = (typeof STATUS_SECTIONS)[number];

/** Query of GET /api/v1/config/status. */
export class ConfigStatusQuery {
  /** Absent = everything. */
  @IsOptional()
  @IsIn(STATUS_SECTIONS)
  section?: StatusSection;
}
