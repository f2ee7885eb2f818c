import { afterEach, describe, expect, it } from '@jest/globals';
import { textOf } from '../support/answers.js';
import { LoginBrowser } from '../support/login-browser.js';
import { LoginGateway, linkIn } from '../support/login-gateway.js';

let at: LoginGateway | null = null;
afterEach(async () => {
  await at?.stop();
  at = null;
});

describe('a server that a person has to log in to', () => {
  it('is not called before the login, and with that person’s token after it', async () => {
    at = await LoginGateway.start();
    const session = await at.session();
    const asked = textOf(await session.call('crm__whoami', {}));
    expect(asked).toMatch(/Server "crm" was not called: you have to log in first/);
    expect(at.upstream.seen).toEqual([]);
    const done = await new LoginBrowser().login(linkIn(asked));
    expect(done.html).toContain('is connected');
    const answer = textOf(await session.call('crm__whoami', {}));
    expect(answer).toMatch(/^Bearer eyJ/);
    expect(new Set(at.upstream.seen)).toEqual(new Set([answer]));
  });
});
