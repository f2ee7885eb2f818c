import type { Command } from 'commander';
import { type AddCommand, CONFIG_HELP } from '../command-context.js';
import type { DecideOptions } from '../definitions/decide-definitions.js';
import type { ListDefinitionsOptions } from '../definitions/list-definitions.js';
import { parseFile } from '../parse-options.js';

/** What servers offer, held against what they offered before. */
export const addDefinitions: AddCommand = (program, context) => {
  const group = program.command('definitions').description('see and decide what servers have changed in their tools');
  addList(group, context);
  addDiff(group, context);
  addDecision(group, context, 'approve');
  addDecision(group, context, 'reject');
};

const addList: AddCommand = (group, { io, outcome }) => {
  group
    .command('list')
    .description('list the definitions that wait for a decision')
    .option('--all', 'also those in force')
    .option('--server <name>', 'only those of this server')
    .option('-c, --config <file>', CONFIG_HELP, parseFile)
    .option('--json', 'print {folder, definitions: [{id, server, name, status, changes, …}]} on stdout')
    .addHelpText(
      'after',
      `
Example:
  $ secure-mcp-gateway definitions list`,
    )
    .action(async (options: ListDefinitionsOptions) => {
      const { listDefinitions } = await import('../definitions/list-definitions.js');
      outcome.code = await listDefinitions(options, io);
    });
};

const addDiff: AddCommand = (group, { io, outcome }) => {
  group
    .command('diff')
    .description('show what changed in a definition, place by place; invisible characters are written out')
    .argument('<id>', 'id from definitions list; four digits are enough')
    .option('-c, --config <file>', CONFIG_HELP, parseFile)
    .option('--json', 'print {id, …, diff: [{path, change, before, after}]} on stdout')
    .addHelpText(
      'after',
      `
Example:
  $ secure-mcp-gateway definitions diff 3fa9`,
    )
    .action(async (id: string, options: { readonly config?: string; readonly json?: boolean }) => {
      const { diffDefinition } = await import('../definitions/diff-definition.js');
      outcome.code = await diffDefinition(id, options, io);
    });
};

function addDecision(group: Command, { io, outcome }: Parameters<AddCommand>[1], decision: 'approve' | 'reject'): void {
  const isApproval = decision === 'approve';
  const what =
    decision === 'approve'
      ? 'take over a changed or new definition; running gateways show the tool within a second'
      : 'refuse a definition for good; the tool stays withheld while the server offers it';
  const command = group
    .command(decision)
    .description(what)
    .argument('[id...]', 'whole ids from definitions list')
    .option('--server <name>', `everything of this server that waits${isApproval ? '; first only shown' : ''}`);
  if (isApproval) {
    command.option('--digest <digits>', 'with --server: approve what was shown, unless something else waits by now');
  }
  command
    .option('-c, --config <file>', CONFIG_HELP, parseFile)
    .option('--json', `print {${decision === 'approve' ? 'approved' : 'rejected'}: [id]} on stdout`)
    .addHelpText(
      'after',
      `
An id names one definition, not a tool: when the server changes it again, the id is no longer valid and nothing unseen is
${decision === 'approve' ? 'approved' : 'rejected'}.

Examples:
  $ secure-mcp-gateway definitions ${decision} 3fa9c2d17e04b586
  $ secure-mcp-gateway definitions ${decision} --server tickets${
    isApproval ? '\n  $ secure-mcp-gateway definitions approve --server tickets --digest 9c1d0e6a52b7f384' : ''
  }`,
    )
    .action(async (ids: readonly string[], options: DecideOptions, self: Command) => {
      if ((ids.length === 0) === (options.server === undefined)) self.error('error: give ids, or --server');
      if (options.digest !== undefined && options.server === undefined)
        self.error('error: --digest goes with --server');
      const { decideDefinitions } = await import('../definitions/decide-definitions.js');
      outcome.code = await decideDefinitions(decision, ids, options, io);
    });
}
