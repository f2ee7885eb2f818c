import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { textOf } from '../support/answers.js';
import { chromiumPath, TestChromium } from '../support/chromium.js';
import { runInProcess } from '../support/cli-run.js';
import { ROOT } from '../support/gateway.js';
import { LoginGateway, linkIn } from '../support/login-gateway.js';
import { send } from '../support/raw-http.js';

let at: LoginGateway | null = null;
let browser: TestChromium | null = null;
let refuses = false;

afterEach(async () => {
  await browser?.stop();
  browser = null;
  await at?.stop();
  at = null;
  refuses = false;
});

/** `UPDATE_DOCS=1` puts what a person sees into the documents. */
async function picture(page: Page, name: string): Promise<void> {
  const png = await page.screenshot();
  expect(png.length).toBeGreaterThan(5_000);
  if (process.env.UPDATE_DOCS === '1') writeFileSync(join(ROOT, 'docs', 'images', name), png);
}

/** What of the page a person cannot see whole. */
function cutOff(page: Page): Promise<readonly string[]> {
  return page.evaluate(`
    [...document.querySelectorAll('main, h1, p, dd, button, textarea')].flatMap((element) => {
      const { left, right } = element.getBoundingClientRect();
      const isWhole = left >= 0 && right <= innerWidth && element.scrollWidth <= element.clientWidth + 1;
      return isWhole ? [] : [element.outerHTML];
    })`);
}

const withChromium = chromiumPath() === undefined && process.env.CI === undefined ? describe.skip : describe;

withChromium('a person with a browser', () => {
  beforeAll(() => {
    expect(chromiumPath()).toBeDefined();
  });

  it('reads what it is about, clicks, logs in, and is told that the server is connected', async () => {
    at = await LoginGateway.start();
    browser = await TestChromium.start();
    const session = await at.session();
    const link = linkIn(textOf(await session.call('crm__whoami', {})));
    const page = await browser.context.newPage();
    const faults: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error') faults.push(message.text());
    });
    await page.goto(link);
    expect(await page.getByRole('heading').textContent()).toBe('Connect “crm”');
    expect(await cutOff(page)).toEqual([]);
    await picture(page, 'oauth-login.png');
    // Nothing happened by looking at it.
    expect(textOf(await session.call('crm__whoami', {}))).toContain('you have to log in');
    await page.getByRole('button', { name: /^Continue to / }).press('Enter');
    await page.waitForURL((url) => url.pathname === '/oauth/callback');
    expect(await page.getByRole('heading').textContent()).toBe('“crm” is connected');
    await picture(page, 'oauth-connected.png');
    expect(textOf(await session.call('crm__whoami', {}))).toMatch(/^Bearer eyJ/);
    // The button of the browser leads back to a link that is over, and a reload brings no second answer.
    await page.reload();
    expect(await page.getByRole('heading').textContent()).toBe('This link is over');
    expect(faults.filter((text) => !text.includes('404'))).toEqual([]);
  }, 60_000);

  it('that cannot run scripts or has other colours and a narrow screen sees the same', async () => {
    refuses = true;
    at = await LoginGateway.start({ refuses: () => refuses });
    browser = await TestChromium.start('dark');
    const session = await at.session();
    const page = await browser.context.newPage();
    await page.setViewportSize({ width: 320, height: 700 });
    await page.goto(linkIn(textOf(await session.call('crm__whoami', {}))));
    expect(await cutOff(page)).toEqual([]);
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(17, 21, 28)');
    await page.getByRole('button').click();
    await page.waitForURL((url) => url.pathname === '/oauth/callback');
    expect(await page.getByRole('heading').textContent()).toBe('The login did not succeed');
    expect(await cutOff(page)).toEqual([]);
    await picture(page, 'oauth-refused.png');
  }, 60_000);

  it('whose login was begun by somebody else’s browser is turned away', async () => {
    at = await LoginGateway.start();
    browser = await TestChromium.start();
    const session = await at.session();
    // Whoever asked presses the button, and sends the address that follows to somebody who is logged in there.
    const { headers } = await send(linkIn(textOf(await session.call('crm__whoami', {}))), {});
    const page = await browser.context.newPage();
    await page.goto(headers.location ?? 'about:blank');
    await page.waitForURL((url) => url.pathname === '/oauth/callback');
    expect(await page.getByRole('heading').textContent()).toBe('Not this browser');
    expect(textOf(await session.call('crm__whoami', {}))).toContain('you have to log in');
  }, 60_000);

  it('copies the answer from the hosted page, which shows markup as text and asks nobody for anything', async () => {
    const { stdout: html } = await runInProcess('oauth', 'callback-page');
    const requests: string[] = [];
    const host = createServer((request, response) => {
      requests.push(request.url ?? '');
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(html);
    });
    await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve));
    const { port } = host.address() as AddressInfo;
    browser = await TestChromium.start();
    try {
      const page = await browser.context.newPage();
      const answer = `code=<img src=x onerror=alert(1)>&state=abc`;
      await page.goto(`http://127.0.0.1:${String(port)}/?${encodeURI(answer)}`);
      const shown = new URLSearchParams(await page.getByRole('textbox').inputValue());
      expect([shown.get('code'), shown.get('state')]).toEqual(['<img src=x onerror=alert(1)>', 'abc']);
      expect(await page.locator('img').count()).toBe(0);
      // It does not stay in the address, in the history, or in what the page is asked for next.
      expect(new URL(page.url()).search).toBe('');
      expect(await cutOff(page)).toEqual([]);
      await picture(page, 'oauth-callback-page.png');
      await page.getByRole('button', { name: 'Copy' }).click();
      await page.getByRole('button', { name: 'Copied' }).waitFor();
      expect(requests.filter((path) => !path.startsWith('/?') && path !== '/favicon.ico')).toEqual([]);
    } finally {
      host.closeAllConnections();
      await new Promise((resolve) => host.close(resolve));
    }
  }, 60_000);
});
