import { Controller, Get, Header } from '@nestjs/common';
import { Metrics } from '../telemetry/metrics.js';
import { PROMETHEUS_CONTENT_TYPE, prometheusText } from '../telemetry/prometheus.js';
import { FOR_OPERATORS, NeedsRole } from './admin-roles.decorator.js';
import { DescribedBy } from './api-docs/described-by.decorator.js';

/** /metrics for a Prometheus scraper that holds the admin key. */
@NeedsRole(FOR_OPERATORS)
@DescribedBy(async () => (await import('./metrics.description.js')).METRICS)
@Controller('metrics')
export class MetricsController {
  constructor(private readonly metrics: Metrics) {}

  @Get()
  @Header('Content-Type', PROMETHEUS_CONTENT_TYPE)
  scrape(): string {
    return prometheusText(this.metrics.instruments());
  }
}
