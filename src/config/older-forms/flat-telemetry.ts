import { madeIn, rewrite, objectIn, type OlderForm } from './older-form.js';

/** `enkrypt_telemetry` {enabled, insecure, endpoint} of the common section. A `plugins.telemetry` section is newer and wins. */
export const flatTelemetry: OlderForm = (config, { moves, rewrites }) => {
  const common = objectIn(config, 'common_mcp_gateway_config');
  const old = common === null ? null : objectIn(common, 'enkrypt_telemetry');
  if (common === null || old === null) return;
  const plugins = madeIn(config, 'plugins');
  if (plugins === null) return;
  const from = ['common_mcp_gateway_config', 'enkrypt_telemetry'];
  Reflect.deleteProperty(common, 'enkrypt_telemetry');
  if (Object.hasOwn(plugins, 'telemetry')) {
    rewrites.push(rewrite(from, 'not used, because plugins.telemetry stands too and is newer'));
    return;
  }
  const to = ['plugins', 'telemetry', 'config'];
  moves.push({ from, to: ['plugins', 'telemetry'] }, { from, to });
  const { endpoint, ...rest } = old;
  const renamed = Object.hasOwn(old, 'endpoint') && !Object.hasOwn(old, 'url');
  if (renamed) moves.push({ from: [...from, 'endpoint'], to: [...to, 'url'] });
  plugins.telemetry = { provider: 'opentelemetry', config: renamed ? { ...rest, url: endpoint } : old };
  rewrites.push(
    rewrite(from, 'taken as plugins.telemetry {"provider": "opentelemetry", "config": …}, endpoint as url'),
  );
};
