import { cookiesOf } from './access-server.ts';
import { type Answer, call } from './api.ts';

/** A signed-in person: sends its cookies and, like a browser, the origin of the page with every change. */
export interface Person {
  cookie: string;
  call<T>(method: string, path: string, body?: unknown): Promise<Answer<T>>;
}

/** Signs in, or up when a name is given. @throws Error when that is refused */
export async function enter(url: string, email: string, password: string, name?: string): Promise<Person> {
  const server = { url, authorization: '' };
  const route = name === undefined ? 'sign-in/email' : 'sign-up/email';
  const { status, headers, body } = await call(server, 'POST', `/api/auth/${route}`, { email, password, name }, { origin: url });
  if (status !== 200) throw new Error(`${route} was answered ${status}: ${JSON.stringify(body)}`);
  const cookie = cookiesOf(headers);
  return { cookie, call: (method, path, sent) => call(server, method, path, sent, { cookie, origin: url }) };
}
