import { type Command, Option } from 'commander';
import type { ExportOptions } from '../audit/export.js';
import type { KeyOptions } from '../audit/key.js';
import { collectHead, parseCount, parseTime } from '../audit/option-values.js';
import type { SearchOptions } from '../audit/search.js';
import type { VerifyOptions } from '../audit/verify.js';
import { type AddCommand, CONFIG_HELP } from '../command-context.js';
import { collectText, parseFile } from '../parse-options.js';

/** What was decided, and whether that is what is written down. */
export const addAudit: AddCommand = (program, context) => {
  const group = program.command('audit').description('check that the audit log is intact, search it, export it');
  for (const add of [addVerify, addSearch, addExport, addKey]) add(group, context);
};

const FILES_HELP = 'files, .gz too; "-" is stdin (default: the audit log of the config, and what was rotated away)';

const addVerify: AddCommand = (group, { io, outcome }) => {
  group
    .command('verify')
    .description('check every line, every link and every signature; offline')
    .argument('[files...]', FILES_HELP)
    .option('--key <file>', 'public key, or its id, that you keep elsewhere; may be repeated', collectText, [])
    .option('--head <head>', 'head CHAIN:NUMBER:DIGEST that must still be there; may be repeated', collectHead, [])
    .option('--max-age <seconds>', 'a checkpoint must not be older than this', parseCount)
    .option('--partial', 'the beginning of chains may be missing')
    .option('-c, --config <file>', CONFIG_HELP, parseFile)
    .option('--json', 'print {intact, chains, faults: [{kind, chain, seq, place, message}], …} on stdout')
    .addHelpText(
      'after',
      `
Each line holds the SHA-256 of the line before it, and checkpoints sign that with a key. Found and named with file and line:
  changed            a line is not the one that the next line refers to
  missing, moved     lines are not here, or not in their place
  repeated           a place is taken twice
  foreign            a line that no gateway wrote
  torn               the last line has no end: a crash, or somebody cut the file
  cut                a head that was there before is gone: the end was cut off
  forged_checkpoint  a signature that does not fit; wrong_key: one of a key that nobody vouches for
  unsigned           a chain without any checkpoint
  stale              the last checkpoint is older than --max-age
Lines behind the last checkpoint can be changed by whoever can write the file: keep heads (printed here) on another machine, and give
them with --head. Without --key the key beside the log is believed, or the first one in it: an intruder may have replaced both.
Exit codes: 0 intact, 1 not intact or it failed, 2 wrong usage.

Examples:
  $ secure-mcp-gateway audit verify
  $ secure-mcp-gateway audit verify --key audit-public.pem --max-age 300
  $ secure-mcp-gateway audit verify /backup/audit.jsonl.1.gz /backup/audit.jsonl --json | jq .faults
  $ secure-mcp-gateway audit export --from postgres | secure-mcp-gateway audit verify -`,
    )
    .action(async (files: readonly string[], options: VerifyOptions) => {
      const { verifyAudit } = await import('../audit/verify.js');
      outcome.code = await verifyAudit(files, options, io);
    });
};

function addFilter(command: Command): Command {
  return command
    .option('--since <time>', 'this time and later: 2026-11-23, 2026-11-23T10:00:00Z, or 15m, 2h, 7d ago', parseTime)
    .option('--until <time>', 'before this time', parseTime)
    .option('--principal <id>', 'API key or admin key, by the id that the log has')
    .option('--user <id>', 'user id')
    .option('--project <id>', 'project id')
    .option('--server <name>', 'server')
    .option('--tool <name>', 'tool')
    .option(
      '--decision <word>',
      'allowed, redacted, blocked_input, blocked_output, refused, error; done, failed, intended',
    )
    .option('--reason <word>', 'one of the reasons')
    .option('--request-id <id>', 'request id, as answers have it')
    .option('--event <name>', 'call, admin, audit_checkpoint, …');
}

const addSearch: AddCommand = (group, { io, outcome }) => {
  addFilter(group.command('search').description('find records, the newest first').argument('[files...]', FILES_HELP))
    .option('--last <count>', 'how many at most', parseCount, 100)
    .option('-c, --config <file>', CONFIG_HELP, parseFile)
    .option('--json', 'print one JSON object a line on stdout')
    .addHelpText(
      'after',
      `
Everything that is given must hold. This reads, and does not verify: see "audit verify".
Exit codes: 0 done, also when nothing was found; 1 failed; 2 wrong usage.

Examples:
  $ secure-mcp-gateway audit search --decision blocked_input --since 1d
  $ secure-mcp-gateway audit search --tool delete_file --last 5
  $ secure-mcp-gateway audit search --user u-17 --since 2026-11-01 --until 2026-12-01 --json | jq .reasons`,
    )
    .action(async (files: readonly string[], options: SearchOptions) => {
      const { searchAudit } = await import('../audit/search.js');
      outcome.code = await searchAudit(files, options, io);
    });
};

const addExport: AddCommand = (group, { io, outcome }) => {
  addFilter(
    group
      .command('export')
      .description('write records as JSON lines or CSV, the oldest first')
      .argument('[files...]', FILES_HELP),
  )
    .addOption(new Option('--format <format>', 'form of the records').choices(['jsonl', 'csv']).default('jsonl'))
    .addOption(new Option('--from <place>', 'where they are read').choices(['file', 'postgres']).default('file'))
    .option('--out <file>', 'where they go, with mode 0600 (default: stdout)', parseFile)
    .option('-c, --config <file>', CONFIG_HELP, parseFile)
    .addHelpText(
      'after',
      `
JSON lines are the bytes of the log: an export without filters can be verified like the log itself. In CSV, texts that a spreadsheet
would take for a formula begin with an apostrophe. From postgres: the table audit_records in the database of ENKRYPT_DATABASE_URL.

Examples:
  $ secure-mcp-gateway audit export --since 30d --format csv --out november.csv
  $ secure-mcp-gateway audit export --from postgres --out all.jsonl && secure-mcp-gateway audit verify all.jsonl`,
    )
    .action(async (files: readonly string[], options: ExportOptions, self: Command) => {
      if (options.from === 'postgres' && files.length > 0) self.error('error: name files, or --from postgres');
      const { exportAudit } = await import('../audit/export.js');
      outcome.code = await exportAudit(files, options, io);
    });
};

const addKey: AddCommand = (group, { io, outcome }) => {
  group
    .command('key')
    .description('show the public key that checks the checkpoints, or put a new one in its place')
    .option('--rotate', 'make a new key; the one in use signs a record that introduces it')
    .option('--introduce <file>', 'only sign such a record, for the public key in this file', parseFile)
    .option('-c, --config <file>', CONFIG_HELP, parseFile)
    .option('--json', 'print {id, public_key, file} on stdout')
    .addHelpText(
      'after',
      `
Keep the public key where whoever can write the log cannot write, and give it to "audit verify --key". A rotation is taken over by running
gateways with their next checkpoint; verify accepts the new key because the old one vouches for it. The old private key is then gone.
A key in ENKRYPT_AUDIT_SIGNING_KEY is yours to change: introduce the new one first, then change the variable and restart.

Examples:
  $ secure-mcp-gateway audit key > audit-public.pem
  $ secure-mcp-gateway audit key --rotate
  $ secure-mcp-gateway audit key --introduce next-public.pem`,
    )
    .action(async (options: KeyOptions, self: Command) => {
      if (options.rotate === true && options.introduce !== undefined) self.error('error: give --rotate or --introduce');
      const { auditKey } = await import('../audit/key.js');
      outcome.code = await auditKey(options, io);
    });
};
