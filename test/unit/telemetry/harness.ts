/** A log destination that keeps what it is given. */
export function memoryStream(): { write(text: string): void; text(): string; lines(): Record<string, unknown>[] } {
  let kept = '';
  return {
    write: (text) => {
      kept += text;
    },
    text: () => kept,
    lines: () =>
      kept
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Record<string, unknown>),
  };
}

/** Polls until the condition holds; throws after five seconds. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 5_000;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error('The condition did not come true within 5 s.');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
