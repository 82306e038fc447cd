import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { getSignInOptions } from '../../../contract/api/access.ts';
import { signIn, signUp } from '../../lib/auth.ts';
import { queryOf } from '../../lib/query.ts';
import { Button } from '../../ui/button.tsx';
import { Callout } from '../../ui/callout.tsx';
import { Field } from '../../ui/field.tsx';
import { Input } from '../../ui/input.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Frame, useEntry } from './frame.tsx';

const signInRoute = getRouteApi('/sign-in');
const signUpRoute = getRouteApi('/sign-up');
const optionsQuery = { ...queryOf(getSignInOptions, {}), staleTime: 60_000 };

export function SignInPage() {
  const { next } = signInRoute.useSearch();
  const options = useQuery(optionsQuery);
  if (options.isPending) {
    return (
      <Frame title="Sign in" hint="to see what your application does">
        <div className="flex flex-col gap-4" aria-busy>
          <Skeleton className="h-14" />
          <Skeleton className="h-14" />
          <Skeleton className="h-8" />
        </div>
      </Frame>
    );
  }
  return (
    <SignInForm
      next={next}
      demo={options.data?.demo ?? null}
      mayJoin={options.data?.signUp ?? false}
      version={options.data?.version}
    />
  );
}

interface SignInFormProps {
  next: string | undefined;
  demo: { email: string; password: string } | null;
  mayJoin: boolean;
  version: string | undefined;
}

function SignInForm({ next, demo, mayJoin, version }: SignInFormProps) {
  const [email, setEmail] = useState(demo?.email ?? '');
  const [password, setPassword] = useState(demo?.password ?? '');
  const { error, busy, enter } = useEntry(next);
  return (
    <Frame title="Sign in" hint="to see what your application does" version={version}>
      <form className="flex flex-col gap-4" onSubmit={enter(() => signIn(email.trim(), password))}>
        {demo && <Callout>The demo login is filled in: just sign in.</Callout>}
        <Field label="E-mail">
          {(control) => (
            <Input
              {...control}
              type="email"
              name="email"
              autoComplete="username"
              required
              autoFocus={!demo}
              value={email}
              onChange={(event) => setEmail(event.target.value)}
            />
          )}
        </Field>
        <Field label="Password">
          {(control) => (
            <Input
              {...control}
              type="password"
              name="password"
              autoComplete="current-password"
              required
              value={password}
              onChange={(event) => setPassword(event.target.value)}
            />
          )}
        </Field>
        {error && (
          <Callout tone="danger" role="alert">
            {error}
          </Callout>
        )}
        <Button type="submit" variant="primary" size="md" busy={busy}>
          Sign in
        </Button>
      </form>
      <p className="mt-5 text-muted">
        {mayJoin ? (
          <>
            New here?{' '}
            <Link to="/sign-up" search={{ next }} className="text-accent underline underline-offset-2">
              Create an account
            </Link>
          </>
        ) : (
          'Accounts are made by the administrators of your organisation.'
        )}
      </p>
    </Frame>
  );
}

export function SignUpPage() {
  const { next } = signUpRoute.useSearch();
  const options = useQuery(optionsQuery);
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const { error, busy, enter } = useEntry(next);
  const closed = options.data?.signUp === false;
  return (
    <Frame title="Create an account" hint="and an organisation of your own, or join one later" version={options.data?.version}>
      {closed ? (
        <Callout>Sign-up is switched off here. Ask an administrator of your organisation to add you.</Callout>
      ) : (
        <form className="flex flex-col gap-4" onSubmit={enter(() => signUp(name.trim(), email.trim(), password))}>
          <Field label="Name">
            {(control) => (
              <Input
                {...control}
                name="name"
                autoComplete="name"
                required
                maxLength={100}
                autoFocus
                value={name}
                onChange={(event) => setName(event.target.value)}
              />
            )}
          </Field>
          <Field label="E-mail">
            {(control) => (
              <Input
                {...control}
                type="email"
                name="email"
                autoComplete="username"
                required
                value={email}
                onChange={(event) => setEmail(event.target.value)}
              />
            )}
          </Field>
          <Field label="Password" hint="At least 8 characters">
            {(control) => (
              <Input
                {...control}
                type="password"
                name="password"
                autoComplete="new-password"
                required
                minLength={8}
                maxLength={128}
                value={password}
                onChange={(event) => setPassword(event.target.value)}
              />
            )}
          </Field>
          {error && (
            <Callout tone="danger" role="alert">
              {error}
            </Callout>
          )}
          <Button type="submit" variant="primary" size="md" busy={busy}>
            Create the account
          </Button>
        </form>
      )}
      <p className="mt-5 text-muted">
        Have an account?{' '}
        <Link to="/sign-in" search={{ next }} className="text-accent underline underline-offset-2">
          Sign in
        </Link>
      </p>
    </Frame>
  );
}
