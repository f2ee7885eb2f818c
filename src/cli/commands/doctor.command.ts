import { type AddCommand, CONFIG_HELP } from '../command-context.js';
import type { DoctorOptions } from '../doctor/doctor.js';
import { parseFile, parsePort, parseSeconds } from '../parse-options.js';

export const addDoctor: AddCommand = (program, { io, outcome }) => {
  program
    .command('doctor')
    .description('check the config, the keys, every server, guardrails, cache, audit log and port, and say what to do')
    .option('-c, --config <file>', CONFIG_HELP, parseFile)
    .option('-t, --timeout <seconds>', 'for each server (default: discovery_timeout of the config)', parseSeconds)
    .option('-p, --port <number>', 'port that start would use', parsePort, 8000)
    .option('--json', 'print {status, checks: [{name, status, detail, remedy}]} on stdout')
    .addHelpText(
      'after',
      `
Each check is one line, "ok", "warn" or "fail" in front; the line below a warn or a fail says what to do. Servers are
really started or connected to, asked for their tools, and ended again. The exit code is 0 when nothing failed. With
ENKRYPT_GATEWAY_KEY set, it also tells which project and user that key stands for.

Examples:
  $ secure-mcp-gateway doctor
  $ secure-mcp-gateway doctor --config ./gateway.json --timeout 5
  $ secure-mcp-gateway doctor --json | jq '.checks[] | select(.status != "ok")'`,
    )
    .action(async (options: DoctorOptions) => {
      const { doctor } = await import('../doctor/doctor.js');
      outcome.code = await doctor(options, io);
    });
};
