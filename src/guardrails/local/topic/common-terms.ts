/** Terms that tool definitions, code and records are full of, by the count of benign rows that hold them: one of these marks no topic. */
export const COMMON_TERMS: ReadonlySet<string> = new Set(
  `suite const integer enum boolean node scope promise console exception prefix anchor history destination array temperature parse
  repository json html code function class commit token tokens coins job property gate loop null undefined coverage withdrawal drops`.split(
    /\s+/,
  ),
);
