/**
 * True when a glob covers a tool's name in any letter case, so that a name in other spelling is asked about too. For what restricts;
 * what permits matches letter case: see {@link matches}.
 */
export function coversTool(glob: string, tool: string): boolean {
  return matches(glob.toLowerCase(), tool.toLowerCase());
}

/**
 * True when a glob is a pattern of the whole name: `*` stands for any run of characters, `?` for one. Takes at most pattern times name
 * steps, whatever the pattern.
 */
export function matches(pattern: string, name: string): boolean {
  let p = 0;
  let n = 0;
  /** Where to go on when the text after the last `*` does not fit: one more character belongs to that `*`. */
  let afterStar = -1;
  let retryAt = 0;
  while (n < name.length) {
    const char = pattern[p];
    if (char === '*') {
      afterStar = ++p;
      retryAt = n;
    } else if (char !== undefined && (char === '?' || char === name[n])) {
      p++;
      n++;
    } else if (afterStar >= 0) {
      p = afterStar;
      n = ++retryAt;
    } else return false;
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}
