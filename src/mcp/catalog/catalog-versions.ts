/** Counts the changes of each tenant's catalogs, and tells who wants to know. */
export class CatalogVersions {
  private readonly versions = new Map<string, number>();
  private readonly listeners = new Set<(tenant: string) => void>();

  of(tenant: string): number {
    return this.versions.get(tenant) ?? 0;
  }

  onChange(listener: (tenant: string) => void): void {
    this.listeners.add(listener);
  }

  grow(tenant: string): void {
    this.versions.set(tenant, this.of(tenant) + 1);
    for (const listener of this.listeners) listener(tenant);
  }
}
