import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium } from 'playwright-core';

/** Where Debian's package and others put it. */
const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
/** Nothing of its own: no updates, no lookups, no sync. */
const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export function chromiumPath(): string | undefined {
  return PLACES.find((path) => existsSync(path));
}

/** A real browser with a profile of its own. */
export class TestChromium {
  private constructor(
    readonly context: BrowserContext,
    private readonly profile: string,
  ) {}

  static async start(colorScheme: 'light' | 'dark' = 'light'): Promise<TestChromium> {
    const executablePath = chromiumPath();
    if (executablePath === undefined) throw new Error('Chromium is missing: install the Debian package chromium');
    const profile = mkdtempSync(join(tmpdir(), 'chromium-'));
    const context = await chromium.launchPersistentContext(profile, {
      executablePath,
      args: QUIET,
      headless: true,
      colorScheme,
      viewport: { width: 760, height: 640 },
    });
    return new TestChromium(context, profile);
  }

  async stop(): Promise<void> {
    await this.context.close();
    rmSync(this.profile, { recursive: true, force: true });
  }
}
