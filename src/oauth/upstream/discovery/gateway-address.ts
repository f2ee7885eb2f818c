import { Injectable } from '@nestjs/common';
import { ConfigStore } from '../../../config/config-store.js';

const HERE = new Set(['localhost', '127.0.0.1', '::1', '0.0.0.0', '::']);

/** Under which address browsers and authorization servers reach the gateway. */
@Injectable()
export class GatewayAddress {
  #own: string | null = null;

  constructor(private readonly store: ConfigStore) {}

  /** Origin: of `public_url`, else on this machine; null = the gateway listens nowhere. */
  get publicUrl(): string | null {
    return this.store.current().settings.publicUrl ?? this.#own;
  }

  /** Once the port is known. Browsers come without TLS from this machine alone. */
  listening(host: string, port: number): void {
    if (HERE.has(host)) this.#own = `http://localhost:${String(port)}`;
  }
}
