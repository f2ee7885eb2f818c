import { systemErrorCode } from '../../config/fs-error.js';
import { type ConfigLocation, locateConfig } from '../../config/locate.js';
import { type DatabaseAddress, databaseAddress } from '../../config/postgres/database-address.js';
import { GatewayError } from '../../errors.js';
import type { CliIo } from '../cli-io.js';
import { type Check, fail } from './check.js';
import { checkConfigFile } from './config-file.check.js';
import { checkNode } from './node.check.js';
import { Report } from './report.js';

export interface DoctorOptions {
  readonly config?: string;
  /** Seconds for each server; absent = as the config says. */
  readonly timeout?: number;
  readonly port: number;
  readonly json?: boolean;
}

/** `doctor`: looks at what a gateway on this machine needs, with the gateway's own code, and says what to do. */
export async function doctor(options: DoctorOptions, io: CliIo): Promise<number> {
  const report = new Report(options.json === true, io);
  try {
    await look(locateConfig(options.config), options, report);
    return report.finish();
  } finally {
    report.end();
  }
}

async function look(location: ConfigLocation, options: DoctorOptions, report: Report): Promise<void> {
  report.add(checkNode(process.versions.node));
  const address = databaseAddress();
  const { checks, snapshot } = await (address === null
    ? checkConfigFile(location)
    : databaseOf(address, location.path));
  for (const check of checks) report.add(check);
  if (snapshot === null) {
    const { checkPort } = await import('./port.check.js');
    report.add(await checkPort(options.port, new AbortController().signal));
    return;
  }
  if (address === null) {
    const { checkKeys } = await import('./keys.check.js');
    report.add(checkKeys(snapshot));
  }
  report.doing(() => 'opening the gateway');
  const [{ withGateway }, { checkInside }] = await Promise.all([
    import('../in-process-gateway.js'),
    import('./inside.js'),
  ]);
  const timeoutMs = options.timeout === undefined ? null : options.timeout * 1_000;
  const gateway = { opened: false };
  try {
    await withGateway(location.path, 'silent', async (inside, signal) => {
      gateway.opened = true;
      await checkInside(inside, { port: options.port, timeoutMs }, report, signal);
      report.doing(() => 'closing the links to the servers');
    });
  } catch (error) {
    if (gateway.opened || (error instanceof GatewayError && error.code === 'cancelled')) throw error;
    report.add(openFailure(error));
  }
}

async function databaseOf(address: DatabaseAddress, path: string): ReturnType<typeof checkConfigFile> {
  const { checkDatabase } = await import('./database.check.js');
  return checkDatabase(address, path);
}

/** The gateway could not be put together; `start` would end the same way. */
function openFailure(error: unknown): Check {
  if (error instanceof GatewayError && error.code === 'unsealed') {
    return fail('guardrails', error.message, 'Do not use this build. Please report it.');
  }
  if (error instanceof GatewayError) return fail('gateway', error.message, 'The gateway does not start like this.');
  const reason = systemErrorCode(error) ?? 'unknown reason';
  return fail('gateway', `cannot be put together (${reason})`, 'Check the rights to the folder of the config file.');
}
