import { Injectable } from '@nestjs/common';
import { AdministrationError } from '../../config/administration/administration-error.js';
import type { Json } from '../../config/administration/document.js';
import { judgeConfig } from '../../config/config-file.js';
import { ConfigStore } from '../../config/config-store.js';
import { describeProblem } from '../../config/problem.js';
import { configBytes } from '../../config/write-config-file.js';

/** Says whether a part of the document would load. */
@Injectable()
export class LoadCheckService {
  constructor(private readonly store: ConfigStore) {}

  /** @throws AdministrationError `invalid` with every problem of the config */
  demand(document: Json, configId: string): void {
    const judged = judgeConfig(configBytes(document), this.store.path);
    if (judged.ok) return;
    const start = `mcp_configs.${configId}`;
    const own = judged.problems.filter(({ path }) => path === start || path.startsWith(`${start}.`));
    if (own.length > 0) throw new AdministrationError('invalid', own.map(describeProblem).join('\n'));
  }
}
