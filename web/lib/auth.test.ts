import { describe, expect, it } from 'vitest';
import { sayWhy } from './auth.ts';
import { ApiError } from './client.ts';

describe('sayWhy', () => {
  it('says when to try again, in words', () => {
    expect(sayWhy(new ApiError(429, 'x', 'Too many requests', { retryAfter: 1 }))).toBe(
      'Too many attempts. Try again in 1 second.',
    );
    expect(sayWhy(new ApiError(429, 'x', 'Too many requests', { retryAfter: 42 }))).toBe(
      'Too many attempts. Try again in 42 seconds.',
    );
    expect(sayWhy(new ApiError(429, 'x', 'Too many requests'))).toBe('Too many attempts. Try again in a minute.');
  });

  it('does not tell which of the two was wrong, and passes on what it does not know', () => {
    expect(sayWhy(new ApiError(401, 'INVALID_EMAIL_OR_PASSWORD', 'Invalid email or password'))).toBe(
      'The e-mail address or the password is wrong.',
    );
    expect(sayWhy(new ApiError(403, 'SIGN_UP_DISABLED', 'Sign-up is off'))).toBe('Sign-up is off');
  });
});
