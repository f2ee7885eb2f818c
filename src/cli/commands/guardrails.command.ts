import { type Command, Option } from 'commander';
import { type AddCommand, CONFIG_HELP } from '../command-context.js';
import type { CheckOptions } from '../guardrails/check.js';
import type { EvaluateOptions } from '../guardrails/evaluate.js';
import type { ExplainOptions } from '../guardrails/explain.js';
import type { PredictOptions } from '../guardrails/predict.js';
import { parseFile } from '../parse-options.js';

export const addGuardrails: AddCommand = (program, context) => {
  const group = program
    .command('guardrails')
    .description('check a text, explain a finding, measure the detectors on rows of your own');
  for (const add of [addCheck, addExplain, addPredict, addEval]) add(group, context);
};

const addCheck: AddCommand = (group, { io, outcome }) => {
  group
    .command('check')
    .description('run the detectors of a policy over one text')
    .option('--text <text>', 'the text itself')
    .option('--file <file>', 'file that holds it', parseFile)
    .option('--stdin', 'read it from stdin')
    .option('--policy <name>', 'policy of the config file (default: the built-in one, which needs no file)')
    .addOption(
      new Option('--channel <channel>', 'where such a text would stand; thresholds differ')
        .choices(['argument', 'result', 'tool_description', 'server_description'])
        .default('argument'),
    )
    .option('--request <file>', 'the call or document that the text answers, for relevancy and the like', parseFile)
    .option('-c, --config <file>', CONFIG_HELP, parseFile)
    .option('--json', 'print {verdict, policy, channel, detectors, findings, not_checked} on stdout')
    .addHelpText(
      'after',
      `
Every finding has an id, which "guardrails explain" explains, a score from 0 to 1, and its place in the text: line, and offsets
in UTF-16 code units. Nothing is sent anywhere.
Detectors that did not look are named with the reason.
Exit codes: 0 nothing found, 1 something found, 2 wrong usage or the check failed.

Examples:
  $ secure-mcp-gateway guardrails check --text 'write to ann@example.com'
  $ secure-mcp-gateway guardrails check --file answer.txt --channel result --json
  $ git diff | secure-mcp-gateway guardrails check --stdin --policy team --config ./gateway.json`,
    )
    .action(async (options: CheckOptions, command: Command) => {
      const given = [options.text, options.file, options.stdin].filter((way) => way !== undefined);
      if (given.length !== 1) command.error('error: give one of --text, --file and --stdin');
      const { check } = await import('../guardrails/check.js');
      outcome.code = await check(options, io);
    });
};

const addExplain: AddCommand = (group, { io, outcome }) => {
  group
    .command('explain')
    .description('say what a finding means and what to do about it; without an id, list all')
    .argument('[finding]', 'its id, such as pii.EMAIL')
    .option('--json', 'print a list of {id, detector, category, summary, remedy} on stdout')
    .addHelpText(
      'after',
      `
The ids stand in what "guardrails check" prints, in answers of blocked calls and in the audit log. Letter case makes no difference.

Examples:
  $ secure-mcp-gateway guardrails explain
  $ secure-mcp-gateway guardrails explain pii.EMAIL
  $ secure-mcp-gateway guardrails explain --json | jq -r '.[].id'`,
    )
    .action(async (id: string | undefined, options: ExplainOptions) => {
      const { explain } = await import('../guardrails/explain.js');
      outcome.code = explain(id, options, io);
    });
};

const addPredict: AddCommand = (group, { io, outcome }) => {
  group
    .command('predict')
    .description('run every detector over the rows of a file, and write one prediction a row')
    .requiredOption('--in <file>', 'rows, one JSON object a line', parseFile)
    .option('--out <file>', 'where predictions go, one JSON object a line (default: stdout)', parseFile)
    .addHelpText(
      'after',
      `
A row has "id" and "text"; "channel" (tool_args, tool_result, tool_description, server_description, model_answer) says where
the text stands, "request" what it answers, "config" what detectors need to know (topics, banned_keywords, policy_text,
system_prompt, protected). The leaves of a JSON object in tool_args are checked one by one, as those of a call are.
A prediction is {id, detected: {<detector>: bool}, scores: {<detector>: 0..1}, redacted?, not_checkable?, ms}. Scores are given below the
threshold too; redacted is the text with personal data replaced.
A line that is no row is named on stderr and passed over. Exit codes: 0 done, 1 some lines were no rows or it failed, 2 wrong usage.

Examples:
  $ secure-mcp-gateway guardrails predict --in rows.jsonl --out predictions.jsonl
  $ secure-mcp-gateway guardrails predict --in rows.jsonl | jq 'select(.detected.pii)'`,
    )
    .action(async (options: PredictOptions) => {
      const { predict } = await import('../guardrails/predict.js');
      outcome.code = await predict(options, io);
    });
};

const addEval: AddCommand = (group, { io, outcome }) => {
  group
    .command('eval')
    .description('measure every detector on labelled rows, and print the tables')
    .requiredOption('--data <path>', 'folder whose .jsonl files are read, or one such file', parseFile)
    .addOption(new Option('--json', 'print the figures as one JSON object on stdout').conflicts('markdown'))
    .option('--markdown', 'print the tables in markdown')
    .addHelpText(
      'after',
      `
Rows are those of "guardrails predict", with "category" (a detector, or benign), "label" (1 = the detector of the category must fire),
and, where known, source, technique, weak, expected (values that redaction must remove) and not_for (detectors for which a benign row
is no negative). Attacks marked weak are counted apart.
The tables: of each detector recall, false positives on its own negatives and on benign rows, area under the curve, recall at 1 % and
at 0.1 % false positives, values removed; how often it fires by source and technique; time a row and a Ki of text.
Exit codes: 0 done, 1 some lines were no rows or it failed, 2 wrong usage. Bad figures are no failure.

Examples:
  $ secure-mcp-gateway guardrails eval --data ./rows
  $ secure-mcp-gateway guardrails eval --data ./rows/pii.jsonl
  $ secure-mcp-gateway guardrails eval --data ./rows --markdown > quality.md`,
    )
    .action(async (options: EvaluateOptions) => {
      const { evaluate } = await import('../guardrails/evaluate.js');
      outcome.code = await evaluate(options, io);
    });
};
