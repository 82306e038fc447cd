import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { errorBodyOf } from '../../../contract/langfuse/errors.ts';
import type { ErrorFamily, LangfuseRoute } from '../../../contract/langfuse/route.ts';
import { langfuseRoutes } from '../../../contract/langfuse/routes.ts';

/** What the log says of an answer that breaks its shape; the tests of whole processes look for it. */
export const SHAPE_VIOLATION = 'answer breaks the published shape';

/** Protocols of their own below the same prefix. */
const OTHER_PROTOCOLS = /^\/(mcp|slack)(\/|$)/;
/** Below them every error has a body of its own, also where no route is. */
const SCIM = '/scim/';
const UNSTABLE = '/unstable/';
/** Below `UNSTABLE`, with the error bodies of the rest. */
const SKILLS = '/unstable/skills';
/** As on their first version, whose errors say more. */
const EVALUATION = ['/v2/evaluators', '/v2/evaluation-rules'];
/** Routes that answer with protobuf or with whatever was stored. */
const OTHER_CONTENT = ['exportOtlpTraces', 'readMediaContent'];
/** Asked of any path; without a body. */
const BODILESS_METHODS = ['HEAD', 'OPTIONS'];

/**
 * Compares every answer with the published shape of its route, as it goes over the wire: a missing key, a wrong type, a null where none
 * may be, an unknown value of an enumeration, a key that the shape does not know, a status that the route does not have. An answer that
 * breaks its shape becomes a 500 that says what differs, and is reported. For tests and developers: it costs time.
 * Call it on the instance that holds the prefix `/api/public`, before its routes are registered.
 */
export function checkResponses(fastify: FastifyInstance, report: (violation: string) => void): void {
  const known = new Map(langfuseRoutes.map((route) => [keyOf(route.method, route.path), route]));
  fastify.addHook('onSend', async (request, reply, payload) => {
    if (BODILESS_METHODS.includes(request.method)) return payload;
    const taken = request.is404 ? null : routeOf(fastify.prefix, request);
    const path = taken === `${SCIM}*` ? null : taken;
    const below = (place: string) => request.url.startsWith(fastify.prefix + place);
    const family = below(SCIM)
      ? 'scim'
      : below(UNSTABLE) && !below(SKILLS)
        ? 'unstable'
        : EVALUATION.some(below)
          ? 'evaluation'
          : 'public';
    if (path !== null && OTHER_PROTOCOLS.test(path)) return payload;
    const route = path === null ? null : known.get(keyOf(request.method, UNENCODED.get(`${request.method} ${path}`) ?? path));
    const isJson = /^application\/(\w+\+)?json/.test(String(reply.getHeader('content-type') ?? ''));
    const problem =
      route === undefined
        ? 'is no published route'
        : problemOf(route ?? null, reply.statusCode, isJson ? textOf(payload) : isEmpty(payload) ? '' : undefined, family);
    if (problem === null) return payload;
    const violation = `${request.method} ${path ?? request.url} ${reply.statusCode}: ${problem}`;
    report(violation);
    reply.code(500).removeHeader('content-length').type('application/json; charset=utf-8');
    return JSON.stringify({ message: `The answer breaks the published shape. ${violation}`, error: 'PublishedShapeError' });
  });
}

/** Routes that take a name whose folders are not encoded, where the rest of the path is not the name alone. */
const UNENCODED = new Map([['PATCH /v2/prompts/*', '/v2/prompts/{name}/versions/{version}']]);

const keyOf = (method: string, path: string) => `${method} ${path.replace(/\{\w+\}|:\w+|\*$/g, '{}')}`;

/** Below the prefix, in the router's spelling. */
const routeOf = (prefix: string, request: FastifyRequest): string =>
  (request.routeOptions.url ?? '').slice(prefix.length).replace(/\/$/, '');

const isEmpty = (payload: unknown) => payload === undefined || payload === null || payload === '';

/** Undefined: content that streams, which is nobody's JSON of ours. */
function textOf(payload: unknown): string | undefined {
  if (isEmpty(payload)) return '';
  if (typeof payload === 'string') return payload;
  return Buffer.isBuffer(payload) ? payload.toString('utf8') : undefined;
}

/**
 * What is wrong with an answer; null: nothing.
 * @param route null for what no route took
 * @param family what errors look like where no route is
 * @param body JSON text, '' for none, undefined for what is not JSON
 */
export function problemOf(
  route: LangfuseRoute | null,
  status: number,
  body: string | undefined,
  family: ErrorFamily = 'public',
): string | null {
  if (status === 304) return null;
  if (body === undefined) return route === null || OTHER_CONTENT.includes(route.id) ? null : 'the answer is not JSON';
  const answer = route?.answers[status];
  if (answer === undefined && status < 400) return `the route has no status ${status}`;
  if (answer === null) return body === '' ? null : 'the body must be empty';
  if (body === '') return 'the body is empty';
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return 'the body is not JSON';
  }
  const shapes = answer ? [answer] : errorShapes(route, status, family);
  const outcomes = shapes.map((shape) => shape.safeParse(value));
  if (outcomes.some(({ success }) => success)) return null;
  return outcomes.map(({ error }) => describe(error?.issues ?? [])).join(' OR ');
}

const errorShapes = (route: LangfuseRoute | null, status: number, family: ErrorFamily): z.ZodType[] => [
  errorBodyOf(route?.errors ?? family, status),
  ...(status === 400 && route?.refused ? [route.refused] : []),
];

/** One line; of a union, the branch that fits best. */
function describe(issues: readonly z.core.$ZodIssue[], base: readonly PropertyKey[] = []): string {
  return issues
    .map((issue) => {
      const path = [...base, ...issue.path];
      if (issue.code === 'invalid_union' && issue.errors.length > 0) {
        const [closest] = [...issue.errors].sort((one, other) => one.length - other.length);
        return describe(closest ?? [], path);
      }
      return `${path.map(String).join('.') || 'the body'}: ${issue.message}`;
    })
    .join('; ');
}
