/** What a browser does in a login, without its looks: follows redirects, keeps cookies by host, presses the one button of a page. */
export class LoginBrowser {
  readonly #cookies = new Map<string, Map<string, string>>();
  /** Every address that was asked for. */
  readonly visited: URL[] = [];

  /** Opens an address and follows redirects. */
  async open(address: string | URL, init: { readonly method?: string } = {}): Promise<PageSeen> {
    let at = new URL(address);
    let method = init.method ?? 'GET';
    for (let hops = 0; hops < 20; hops++) {
      this.visited.push(at);
      const headers = { cookie: this.#cookieOf(at), ...(method === 'POST' && { 'sec-fetch-site': 'same-origin' }) };
      const response = await fetch(at, { method, redirect: 'manual', headers });
      for (const line of response.headers.getSetCookie()) this.#keep(at, line);
      const location = response.headers.get('location');
      if (location === null) {
        return { at, status: response.status, headers: response.headers, html: await response.text() };
      }
      await response.arrayBuffer();
      at = new URL(location, at);
      method = 'GET';
    }
    throw new Error('the redirects do not end');
  }

  /** Opens the link and agrees. */
  async login(link: string): Promise<PageSeen> {
    const page = await this.open(link);
    if (page.status !== 200 || !page.html.includes('<form method="post">')) throw new Error(`no form: ${page.html}`);
    return this.open(page.at, { method: 'POST' });
  }

  forgetCookies(): void {
    this.#cookies.clear();
  }

  #cookieOf({ host }: URL): string {
    return [...(this.#cookies.get(host) ?? [])].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  #keep({ host }: URL, line: string): void {
    const [pair = '', ...attributes] = line.split(';');
    const jar = this.#cookies.get(host) ?? new Map<string, string>();
    const name = pair.slice(0, pair.indexOf('='));
    if (attributes.some((attribute) => attribute.trim() === 'Max-Age=0')) jar.delete(name);
    else jar.set(name, pair.slice(pair.indexOf('=') + 1));
    this.#cookies.set(host, jar);
  }
}

export interface PageSeen {
  readonly at: URL;
  readonly status: number;
  readonly headers: Headers;
  readonly html: string;
}
