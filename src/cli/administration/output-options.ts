/** Options of commands that write a file. */
export const OUTPUT_OPTIONS = [
  { flags: '--output-file <file>', help: 'where to write it, for its owner alone; - for stdout', needed: true },
  { flags: '--overwrite', help: 'replace a file that is there (a backup is kept)' },
] as const;
