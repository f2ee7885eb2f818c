import { AuthorizationServer } from './authorization-server.js';

/** The link in what a call was answered that needs a login. */
export function linkIn(text: string): URL {
  const [, link] = /(https?:\/\/\S+\/oauth\/login\/\S+)/.exec(text) ?? [];
  if (link === undefined) throw new Error(`no link in: ${text}`);
  return new URL(link);
}

/** What became of a login. */
interface Done {
  /** Where the person was sent. */
  readonly asked: URL;
  readonly status: number;
  readonly page: string;
}

/** What a person does with the link: opens it, presses the button, agrees there, and is sent back. */
export async function logIn(link: URL): Promise<Done> {
  const pressed = await fetch(link, { method: 'POST', redirect: 'manual', headers: { origin: link.origin } });
  const location = pressed.headers.get('location');
  if (location === null) throw new Error(`nobody was sent anywhere: ${String(pressed.status)} ${await pressed.text()}`);
  const asked = new URL(location);
  const back = await AuthorizationServer.follow(asked, asked.searchParams.get('redirect_uri') ?? '-');
  const cookie = pressed.headers
    .getSetCookie()
    .map((line) => line.split(';', 1)[0])
    .join('; ');
  const answered = await fetch(back, { headers: { cookie } });
  return { asked, status: answered.status, page: await answered.text() };
}
