/** Of the commands that disable something. */
export const REASON = {
  flags: '--reason <text>',
  help: 'one line; whoever calls a disabled server or tool is told it',
} as const;
