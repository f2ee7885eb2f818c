import type { RemoteProviderSettings } from '../../contracts/remote-check.js';
import { EnkryptProvider } from './enkrypt/enkrypt-provider.js';
import type { GuardrailProvider } from './guardrail-provider.js';
import { ModerationProvider } from './moderation/moderation-provider.js';
import { WebhookProvider } from './webhook/webhook-provider.js';

/** Providers of earlier configs that are kept beside those in use: their requests may still be under way. */
const MAX_KEPT = 32;

/** One adapter for each provider that a config names, made when it is first asked. No decorator: hooks use it without Nest. */
export class RemoteProviders {
  /** By the hash of the settings; the one used last is last. */
  private readonly adapters = new Map<string, GuardrailProvider>();

  of(settings: RemoteProviderSettings): GuardrailProvider {
    const adapter = this.adapters.get(settings.hash) ?? make(settings);
    this.adapters.delete(settings.hash);
    this.adapters.set(settings.hash, adapter);
    if (this.adapters.size > MAX_KEPT) this.closeOldest();
    return adapter;
  }

  async onApplicationShutdown(): Promise<void> {
    const adapters = [...this.adapters.values()];
    this.adapters.clear();
    await Promise.allSettled(adapters.map((adapter) => adapter.close()));
  }

  private closeOldest(): void {
    const [oldest] = this.adapters;
    if (oldest === undefined) return;
    this.adapters.delete(oldest[0]);
    void oldest[1].close();
  }
}

function make(settings: RemoteProviderSettings): GuardrailProvider {
  switch (settings.type) {
    case 'enkrypt':
      return new EnkryptProvider(settings);
    case 'http':
      return new WebhookProvider(settings);
    case 'openai_moderation':
      return new ModerationProvider(settings);
  }
}
