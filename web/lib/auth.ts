import { ApiError, errorOf, reach } from './client.ts';

/** Sign-in, sign-up and sign-out: better-auth's own endpoints, which set and clear the session cookie. */
async function post(path: string, body: unknown): Promise<void> {
  const response = await reach(`/api/auth${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify(body),
  });
  if (response.ok) return;
  const error = await errorOf(response);
  throw new ApiError(error.status, error.code, sayWhy(error), { requestId: error.requestId, retryAfter: error.retryAfter });
}

/** What went wrong in the words of somebody who wants to get in. */
export function sayWhy(error: ApiError): string {
  if (error.status === 429) {
    const wait = error.retryAfter ? `in ${error.retryAfter} second${error.retryAfter === 1 ? '' : 's'}` : 'in a minute';
    return `Too many attempts. Try again ${wait}.`;
  }
  if (error.code === 'INVALID_EMAIL_OR_PASSWORD') return 'The e-mail address or the password is wrong.';
  if (/^USER_ALREADY_EXISTS/.test(error.code)) return 'There is an account with this e-mail address already. Sign in instead.';
  if (error.code === 'INVALID_PASSWORD') return 'The current password is wrong.';
  if (error.code === 'SAME_PASSWORD') return 'Choose another password than the one you have.';
  if (error.code === 'PASSWORD_TOO_SHORT') return 'The password is too short: at least 8 characters.';
  return error.message;
}

export const signIn = (email: string, password: string) => post('/sign-in/email', { email, password });
export const signUp = (name: string, email: string, password: string) => post('/sign-up/email', { name, email, password });
export const signOut = () => post('/sign-out', {});

/** Changes the password and ends the person's other sessions. */
export const changePassword = (currentPassword: string, newPassword: string) =>
  post('/change-password', { currentPassword, newPassword, revokeOtherSessions: true });
