import { locateConfig } from '../config/locate.js';
import type { HookClientName } from '../contracts/hook-policy.js';
import { runHook } from '../hooks/run-hook.js';
import type { CliIo } from './cli-io.js';

export interface HookOptions {
  readonly client: HookClientName;
  readonly event: string;
  readonly config: string | undefined;
}

/** `hook`: answers one event of a client, whose JSON is on stdin. */
export async function hook(options: HookOptions, io: CliIo): Promise<number> {
  const { client, event } = options;
  const configPath = locateConfig(options.config).path;
  const answer = await runHook({ client, event, configPath, stdin: process.stdin });
  if (answer.stderr !== '') io.stderr(answer.stderr);
  if (answer.stdout !== '') io.stdout(answer.stdout);
  return answer.exitCode;
}
