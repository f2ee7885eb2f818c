import { Injectable } from '@nestjs/common';

/** Whether this process wants new work. The first step of the drain switches it off for good. */
@Injectable()
export class ReadinessState {
  #draining = false;

  get draining(): boolean {
    return this.#draining;
  }

  /** From now on /health/ready answers 503, so that a load balancer sends nothing more. Idempotent. */
  drain(): void {
    this.#draining = true;
  }
}
