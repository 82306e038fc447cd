import { TAIL_PATH } from '../../contract/api/traces.ts';
import type { Operation } from '../../contract/operation.ts';

export interface Walk {
  /** Address of the server. */
  url: string;
  /** Everything that the server registered below /api/v1. The live tail is added. */
  operations: readonly Pick<Operation, 'method' | 'path' | 'access'>[];
  /** Existing things of the one who is visited, by name of the path parameter: `projectId`, `organisationId`, `traceId`, … */
  victim: Record<string, string>;
  /** Texts that only the visited may read; none may be in an answer. */
  secrets: readonly string[];
  /** `Authorization` of a key pair of another project. */
  foreignKey: string;
  /** `Authorization` with the visited project's public key alone. */
  publicKeyAlone: string;
  /** `Cookie` of a signed-in person who is in another organisation. */
  strangerCookie: string;
}

type Route = Walk['operations'][number];

/**
 * Walks over all operations as those who have no business there: without credentials, with wrong ones, with another project's key, with
 * a public key alone, as a signed-in stranger, and as a page of another site that uses a cookie. Whatever is refused for the visited
 * project must be refused in the same words for one that does not exist.
 * @returns what went wrong, one line each; empty when nothing did.
 */
export async function walkAsForeigners(walk: Walk): Promise<string[]> {
  const problems: string[] = [];
  const tail: Route = { method: 'GET', path: TAIL_PATH, access: 'any' };
  for (const route of [...walk.operations, tail]) {
    if (route.access === 'public') continue;
    for (const visit of visits(walk, route)) {
      const said = await knock(walk, route, visit.headers, walk.victim);
      const who = `${route.method} ${route.path} ${visit.as}`;
      if (said.status !== visit.expected)
        problems.push(`${who}: ${said.status} instead of ${visit.expected}: ${said.text.slice(0, 200)}`);
      const told = walk.secrets.filter((secret) => said.text.includes(secret));
      if (told.length > 0) problems.push(`${who}: the answer tells ${told.join(', ')}`);
      const nowhere = Object.fromEntries(Object.keys(walk.victim).map((name) => [name, `no-such-${name}`]));
      const elsewhere = await knock(walk, route, visit.headers, nowhere);
      if (elsewhere.status !== said.status || elsewhere.text !== said.text) {
        problems.push(`${who}: what does not exist is answered otherwise: ${elsewhere.status} ${elsewhere.text.slice(0, 200)}`);
      }
    }
  }
  return problems;
}

interface Visit {
  as: string;
  headers: Record<string, string>;
  /** Status of the answer. */
  expected: number;
}

function visits(walk: Walk, route: Route): Visit[] {
  const scoped = /\{(projectId|organisationId)\}/.exec(route.path)?.[1];
  const forPeople = route.access === 'session';
  const all: Visit[] = [
    { as: 'without credentials', headers: {}, expected: 401 },
    { as: 'with a made-up key', headers: { authorization: `Basic ${btoa('pk-lf-x:sk-lf-x')}` }, expected: 401 },
    { as: 'with a broken header', headers: { authorization: 'Basic' }, expected: 401 },
    { as: 'with a made-up cookie', headers: { cookie: 'telltale.session_token=abc.def', origin: walk.url }, expected: 401 },
    { as: 'with the public key alone', headers: { authorization: walk.publicKeyAlone }, expected: 403 },
  ];
  if (scoped !== undefined) {
    const keyAnswer = forPeople || scoped === 'organisationId' ? 403 : 404;
    all.push({ as: "with another project's key", headers: { authorization: walk.foreignKey }, expected: keyAnswer });
    all.push({ as: 'as a stranger', headers: { cookie: walk.strangerCookie, origin: walk.url }, expected: 404 });
  } else if (forPeople) {
    all.push({ as: 'with a key', headers: { authorization: walk.foreignKey }, expected: 403 });
  }
  if (route.method !== 'GET') {
    const foreignPage = { cookie: walk.strangerCookie, origin: 'https://elsewhere.example' };
    all.push({ as: 'from a page of another site', headers: foreignPage, expected: 403 });
    all.push({ as: 'without an origin', headers: { cookie: walk.strangerCookie }, expected: 403 });
  }
  return all;
}

async function knock(walk: Walk, route: Route, headers: Record<string, string>, ids: Record<string, string>) {
  const path = route.path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(ids[name] ?? 'x'));
  const body = route.method === 'GET' || route.method === 'DELETE' ? undefined : '{}';
  const answer = await fetch(`${walk.url}/api/v1${path}`, {
    method: route.method,
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    body,
  });
  // An answer that should not be may be a stream without an end: its beginning is enough.
  const type = answer.headers.get('content-type') ?? '';
  if (type.startsWith('text/event-stream')) {
    await answer.body?.cancel();
    return { status: answer.status, text: '(a stream)' };
  }
  return { status: answer.status, text: await answer.text() };
}
