import type { IncomingHttpHeaders } from 'node:http';
import { drizzleAdapter } from 'better-auth/adapters/drizzle';
import { betterAuth } from 'better-auth/minimal';
import { fromNodeHeaders } from 'better-auth/node';
import type { Clock } from '../../lib/clock.ts';
import { unavailable } from '../../lib/errors.ts';
import type { Logger } from '../../lib/log.ts';
import { type MetadataDb, tables } from '../../store/metadata/index.ts';
import { createAttempts } from './attempts.ts';
import type { TrustsOrigin } from './origin.ts';
import type { SessionIdentity } from './types.ts';

/** Where sign-in is mounted; its library makes its routes and the path of nothing else from it. */
export const AUTH_PATH = '/api/auth';

/** What of the sign-in library is reachable. The rest (password reset by mail, social log-in, …) is not offered and answers 404. */
const OFFERED = new Set([
  'POST /sign-in/email',
  'POST /sign-up/email',
  'POST /sign-out',
  'GET /get-session',
  'POST /change-password',
  'POST /update-user',
  'GET /list-sessions',
  'POST /revoke-session',
  'POST /revoke-sessions',
  'POST /revoke-other-sessions',
]);

/** Where passwords can be guessed: failures count. Sign-ups count whatever comes of them. */
const GUARDED = new Set(['/sign-in/email', '/change-password', '/sign-up/email']);
export const MAX_ATTEMPTS = 10;
export const ATTEMPT_WINDOW_MS = 60_000;

/** Header in which the address of the caller is handed to the sign-in library; one that came from outside is dropped. */
const ADDRESS_HEADER = 'x-telltale-client-address';

export const PASSWORD_MIN = 8;
export const PASSWORD_MAX = 128;

export interface SignIn {
  /** Answers a request below `AUTH_PATH`. `address` is the caller's, for the limit of attempts. */
  handle(request: Request, address: string): Promise<Response>;
  /** @throws AppError 503 when the database does not answer. */
  authenticate(headers: IncomingHttpHeaders): Promise<SessionIdentity | null>;
}

export function createSignIn(options: {
  db: MetadataDb;
  /** Signs cookies. */
  secret: string;
  signUp: boolean;
  secureCookies: boolean;
  trustsOrigin: TrustsOrigin;
  log: Logger;
  clock: Clock;
  /** Called when somebody's password was changed. */
  onPasswordChange(userId: string): void;
}): SignIn {
  const { db, log, trustsOrigin } = options;
  const { users, sessions, accounts, verifications } = tables;
  const attempts = createAttempts({ max: MAX_ATTEMPTS, windowMs: ATTEMPT_WINDOW_MS, clock: options.clock });

  const auth = betterAuth({
    appName: 'Telltale',
    // Only its path matters: no mail is sent and no redirect made, and which pages are ours is decided below.
    baseURL: 'http://localhost',
    basePath: AUTH_PATH,
    secret: options.secret,
    database: drizzleAdapter(db, {
      provider: 'pg',
      schema: { users, sessions, accounts, verifications },
      usePlural: true,
      transaction: true,
    }),
    emailAndPassword: {
      enabled: true,
      disableSignUp: !options.signUp,
      minPasswordLength: PASSWORD_MIN,
      maxPasswordLength: PASSWORD_MAX,
    },
    session: { expiresIn: 30 * 24 * 3600, updateAge: 24 * 3600 },
    trustedOrigins: (request) => {
      const origin = request?.headers.get('origin');
      return origin && trustsOrigin(origin, request?.headers.get('host') ?? undefined) ? [origin] : [];
    },
    // Attempts are counted here instead: only failures count, and per instance.
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    advanced: {
      cookiePrefix: 'telltale',
      useSecureCookies: options.secureCookies,
      defaultCookieAttributes: { sameSite: 'lax', httpOnly: true },
      ipAddress: { ipAddressHeaders: [ADDRESS_HEADER] },
    },
    databaseHooks: {
      account: { update: { after: async (account) => options.onPasswordChange(account.userId) } },
    },
    // Its further arguments may hold addresses and rows; only its sentence is logged.
    logger: { level: 'warn', log: (level, message) => log[level]({ part: 'sign-in' }, message) },
  });

  return {
    async handle(request, address) {
      const url = new URL(request.url);
      const route = url.pathname.slice(AUTH_PATH.length);
      if (!OFFERED.has(`${request.method} ${route}`)) return answer(404, 'NotFoundError', 'There is no such route.');
      if (request.method === 'POST') {
        const origin = request.headers.get('origin');
        const site = request.headers.get('sec-fetch-site');
        const foreign = origin !== null ? !trustsOrigin(origin, request.headers.get('host') ?? undefined) : site === 'cross-site';
        if (foreign) return answer(403, 'ForbiddenError', 'This request comes from a page of another site.');
      }
      const guarded = GUARDED.has(route);
      const who = `${route} ${address}`;
      if (guarded) {
        const wait = attempts.take(who);
        if (wait > 0) {
          return answer(429, 'TooManyRequestsError', `Too many attempts. Try again in ${wait} s.`, {
            'retry-after': String(wait),
          });
        }
      }
      const headers = new Headers(request.headers);
      headers.set(ADDRESS_HEADER, address);
      const response = await auth.handler(new Request(request, { headers }));
      if (guarded && response.ok && route !== '/sign-up/email') attempts.giveBack(who);
      return response;
    },

    async authenticate(headers) {
      if (!headers.cookie) return null;
      try {
        const session = await auth.api.getSession({
          headers: fromNodeHeaders({ cookie: headers.cookie }),
          query: { disableRefresh: true },
        });
        return session ? { userId: session.user.id, email: session.user.email, name: session.user.name } : null;
      } catch (error) {
        throw unavailable('Service Unavailable', 1, error);
      }
    },
  };
}

function answer(status: number, code: string, message: string, headers: Record<string, string> = {}): Response {
  return Response.json({ code, message }, { status, headers });
}
