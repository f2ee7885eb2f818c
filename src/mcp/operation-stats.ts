import { Injectable } from '@nestjs/common';

/** Tool calls of one tenant since start, by how they ended. */
export interface OperationCounts {
  total: number;
  successful: number;
  timedOut: number;
  cancelled: number;
  active: number;
}

/** What `enkrypt_get_timeout_metrics` reports: per tenant, so that one project learns nothing of another. */
@Injectable()
export class OperationStats {
  private readonly byTenant = new Map<string, OperationCounts>();

  of(tenant: string): OperationCounts {
    let counts = this.byTenant.get(tenant);
    if (counts === undefined) {
      counts = { total: 0, successful: 0, timedOut: 0, cancelled: 0, active: 0 };
      this.byTenant.set(tenant, counts);
    }
    return counts;
  }
}
