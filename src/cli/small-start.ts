import { setFlagsFromString } from 'node:v8';

/** V8's own default. */
const GROWTH = '--semi-space-growth-factor=2';
const NO_GROWTH = '--semi-space-growth-factor=1';

/**
 * Starts something with V8's young generation kept at its first size (docs/adr/0010), until it serves or ends. Everything that loading modules makes survives,
 * which V8 takes for a busy program: it would grow the young generation to its maximum, and some 20 MB would stay touched and empty.
 */
export async function startSmall(start: (onServing: () => void) => Promise<void>): Promise<void> {
  const onServing = (): void => {
    setFlagsFromString(GROWTH);
  };
  setFlagsFromString(NO_GROWTH);
  try {
    await start(onServing);
  } finally {
    onServing();
  }
}
