import { locateConfig } from '../config/locate.js';
import type { NewestForm } from '../config/older-forms/newest-form.js';
import { ConfigError, type ConfigProblem, formatPath } from '../config/problem.js';
import { readConfigJson } from '../config/read-config-json.js';
import { updateConfigFile } from '../config/update-config-file.js';
import type { WrittenFile } from '../config/write-config-file.js';
import { GatewayError } from '../errors.js';
import { diffConfigs } from './config-diff.js';

/** A rewrite of a config file that was worked out and not done yet. */
export interface PlannedRewrite {
  readonly path: string;
  /** One for each kind of older form. */
  readonly changes: readonly ConfigProblem[];
  /** Unified, secrets masked; '' when nothing changes. */
  readonly diff: string;
  /** Does it, provided that the file is still the one that was looked at. */
  readonly write: () => Promise<WrittenFile>;
}

/**
 * Works out what a rewrite does to the file of `--config`.
 * @throws ConfigError when the rewrite would have to guess
 */
export async function planRewrite(
  option: string | undefined,
  rewrite: (file: unknown) => NewestForm,
): Promise<PlannedRewrite> {
  const { path } = locateConfig(option);
  const { json: file } = await readConfigJson(path);
  const { json, rewrites, problems } = rewrite(file);
  const written = (found: NewestForm['problems']): ConfigProblem[] =>
    found.map(({ path: at, message }) => ({ path: formatPath(at, file), message }));
  if (problems.length > 0) throw new ConfigError(path, written(problems));
  const seen = JSON.stringify(file);
  return {
    path,
    changes: written(rewrites),
    diff: diffConfigs(path, file, json),
    write: () =>
      updateConfigFile(path, (current) => {
        if (JSON.stringify(current) !== seen) throw changedMeanwhile(path);
        return json as Record<string, unknown>;
      }),
  };
}

function changedMeanwhile(path: string): GatewayError {
  const message = `${path} was changed since the differences were shown; nothing was written. Run the command again.`;
  return new GatewayError('config_invalid', message, { retryable: true });
}
