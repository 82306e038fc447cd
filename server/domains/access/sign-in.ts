import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { drizzleAdapter } from 'better-auth/adapters/drizzle';
import { APIError } from 'better-auth/api';
import { betterAuth } from 'better-auth/minimal';
import { fromNodeHeaders } from 'better-auth/node';
import { OWN_PASSWORD_NEEDED } from '../../../contract/api/access.ts';
import type { Clock } from '../../lib/clock.ts';
import { AppError, unavailable } from '../../lib/errors.ts';
import type { Logger } from '../../lib/log.ts';
import { type MetadataDb, tables } from '../../store/metadata/index.ts';
import { addressGroup, createAttempts } from './attempts.ts';
import type { TrustsOrigin } from './origin.ts';
import { hasOneTimePassword, markPasswordOwn } from './people.ts';
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

/** Those for which the session is read before; what asks for the session itself, and what counts by it, reads it anyway. */
const OF_A_SESSION = new Set([
  '/sign-out',
  '/update-user',
  '/list-sessions',
  '/revoke-session',
  '/revoke-sessions',
  '/revoke-other-sessions',
]);

/** Wrong passwords for one account from one address within the window; and sign-ups from one address. */
export const MAX_ATTEMPTS = 10;
/** Wrong passwords from one address, whatever the account. Higher, because behind a proxy an address may be a whole company. */
export const MAX_ATTEMPTS_OF_ADDRESS = 60;
export const ATTEMPT_WINDOW_MS = 60_000;

/** Header in which the address of the caller is handed to the sign-in library; one that came from outside is dropped. */
const ADDRESS_HEADER = 'x-telltale-client-address';

const OUT_OF_ORDER = 'Sign-in does not work at the moment. Try again soon.';

export const PASSWORD_MIN = 8;
export const PASSWORD_MAX = 128;

/** The person signed in with a password that somebody else handed over. Nothing is open but choosing another. */
export class OwnPasswordNeeded extends AppError {
  constructor() {
    super(403, OWN_PASSWORD_NEEDED, 'Choose a password of your own first: the one that you were given is only good for that.');
  }
}

export interface SignIn {
  /**
   * Answers a request below `AUTH_PATH`. `address` is the caller's, for the limit of attempts.
   * @throws AppError 503 when the database does not answer
   */
  handle(request: Request, address: string): Promise<Response>;
  /** @throws OwnPasswordNeeded; AppError 503 when the database does not answer. */
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
  const { clock } = options;
  const attempts = createAttempts({ max: MAX_ATTEMPTS, windowMs: ATTEMPT_WINDOW_MS, clock });
  const attemptsOfAddress = createAttempts({ max: MAX_ATTEMPTS_OF_ADDRESS, windowMs: ATTEMPT_WINDOW_MS, clock });

  /** Counts this request where it could be guessing. */
  async function guard(route: string, request: Request, address: string): Promise<{ wait: number; succeeded(): void }> {
    const from = addressGroup(address);
    if (route === '/sign-up/email') return { wait: attempts.take(`${route} ${from}`), succeeded() {} };
    if (route !== '/sign-in/email' && route !== '/change-password') return { wait: 0, succeeded() {} };
    const account = route === '/sign-in/email' ? await claimedAccount(request) : await signedInUser(request);
    const who = `${route} ${from} ${createHash('sha256').update(account).digest('base64')}`;
    const wait = attempts.take(who) || attemptsOfAddress.take(from);
    return {
      wait,
      succeeded() {
        attempts.giveBack(who);
        attemptsOfAddress.giveBack(from);
      },
    };
  }

  /** Who asks to change a password; empty for nobody. Not the text of the cookie, to which anybody adds what they like. */
  async function signedInUser(request: Request): Promise<string> {
    const cookie = request.headers.get('cookie') ?? '';
    const session = await auth.api.getSession({ headers: new Headers({ cookie }), query: { disableRefresh: true } });
    return session?.user.id ?? '';
  }

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
      user: {
        create: { before: async (user) => requireName(user.name) },
        update: { before: async (user) => (user.name === undefined ? undefined : requireName(user.name)) },
      },
      account: { update: { after: async (account) => options.onPasswordChange(account.userId) } },
    },
    // Its further arguments may hold addresses and rows; only its sentence is logged.
    logger: { level: 'warn', log: (level, message) => log[level]({ part: 'sign-in' }, message) },
    // What fails is logged here: else the library prints it past the log, with the values of the query.
    onAPIError: { throw: true },
  });

  async function answerOffered(request: Request, address: string): Promise<Response> {
    const url = new URL(request.url);
    const route = url.pathname.slice(AUTH_PATH.length);
    if (!OFFERED.has(`${request.method} ${route}`)) return answer(404, 'NotFoundError', 'There is no such route.');
    if (request.method === 'POST') {
      const origin = request.headers.get('origin');
      const site = request.headers.get('sec-fetch-site');
      const foreign = origin !== null ? !trustsOrigin(origin, request.headers.get('host') ?? undefined) : site === 'cross-site';
      if (foreign) return answer(403, 'ForbiddenError', 'This request comes from a page of another site.');
    }
    const { wait, succeeded } = await guard(route, request, address);
    if (wait > 0) {
      return answer(429, 'TooManyRequestsError', `Too many attempts. Try again in ${wait} s.`, { 'retry-after': String(wait) });
    }
    // The library takes a session that cannot be read for none, and signs out without telling that it could not.
    if (OF_A_SESSION.has(route)) await signedInUser(request);
    if (route === '/change-password' && (await keepsPassword(request))) {
      return answer(400, 'SAME_PASSWORD', 'Choose another password than the one you have.');
    }
    const headers = new Headers(request.headers);
    headers.set(ADDRESS_HEADER, address);
    const response = await auth.handler(new Request(request, { headers }));
    if (response.ok) succeeded();
    if (response.ok && route === '/change-password') await markPasswordOwn(db, await changedUser(response));
    return response;
  }

  return {
    async handle(request, address) {
      try {
        const response = await answerOffered(request, address);
        if (response.status < 500) return response;
      } catch (error) {
        if (error instanceof AppError) throw error;
        throw unavailable(OUT_OF_ORDER, 1, error);
      }
      throw unavailable(OUT_OF_ORDER);
    },

    async authenticate(headers) {
      if (!headers.cookie) return null;
      try {
        const session = await auth.api.getSession({
          headers: fromNodeHeaders({ cookie: headers.cookie }),
          query: { disableRefresh: true },
        });
        if (!session) return null;
        if (await hasOneTimePassword(db, session.user.id)) throw new OwnPasswordNeeded();
        return { userId: session.user.id, email: session.user.email, name: session.user.name };
      } catch (error) {
        if (error instanceof OwnPasswordNeeded) throw error;
        throw unavailable('Service Unavailable', 1, error);
      }
    },
  };
}

/** The members of a JSON body; empty for any other. What is asked can be read again. */
async function fieldsOf(message: Request | Response): Promise<Record<string, unknown>> {
  const body: unknown = await message
    .clone()
    .json()
    .catch(() => null);
  return body !== null && typeof body === 'object' ? (body as Record<string, unknown>) : {};
}

/** The e-mail address that somebody claims to have, for counting only. */
async function claimedAccount(request: Request): Promise<string> {
  const { email } = await fieldsOf(request);
  return typeof email === 'string' ? email.toLowerCase() : '';
}

/** Whether a change of password would leave it as it is: so a handed-over one would become one's own. */
async function keepsPassword(request: Request): Promise<boolean> {
  const { currentPassword, newPassword } = await fieldsOf(request);
  return typeof newPassword === 'string' && newPassword === currentPassword;
}

/** Whose password was changed, by the answer to it. */
async function changedUser(response: Response): Promise<string> {
  const { user } = (await fieldsOf(response)) as { user?: { id?: unknown } };
  if (typeof user?.id !== 'string') throw new Error('The answer to a change of password names nobody');
  return user.id;
}

/** The library does not look at what kind of value an update has. */
async function requireName(name: unknown) {
  if (typeof name !== 'string' || name.trim() === '' || name.length > 100) {
    throw new APIError('BAD_REQUEST', { code: 'INVALID_NAME', message: 'name: must have 1 to 100 characters' });
  }
}

function answer(status: number, code: string, message: string, headers: Record<string, string> = {}): Response {
  return Response.json({ code, message }, { status, headers });
}
