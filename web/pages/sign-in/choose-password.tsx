import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { changePassword, signOut } from '../../lib/auth.ts';
import { Button } from '../../ui/button.tsx';
import { Callout } from '../../ui/callout.tsx';
import { Field } from '../../ui/field.tsx';
import { Input } from '../../ui/input.tsx';
import { Frame, useEntry } from './frame.tsx';

const route = getRouteApi('/choose-password');

/** For somebody who signed in with a password that was handed over: nothing else is open before there is another. */
export function ChoosePasswordPage() {
  const { next } = route.useSearch();
  const [current, setCurrent] = useState('');
  const [chosen, setChosen] = useState('');
  const { error, busy, enter } = useEntry(next);
  const leaving = useEntry('/sign-in');
  return (
    <Frame title="Choose your own password" hint="The one that you were given is known to somebody else, and only good for this.">
      <form className="flex flex-col gap-4" onSubmit={enter(() => changePassword(current, chosen))}>
        <Field label="Password that you were given">
          {(control) => (
            <Input
              {...control}
              type="password"
              autoComplete="current-password"
              required
              autoFocus
              value={current}
              onChange={(event) => setCurrent(event.target.value)}
            />
          )}
        </Field>
        <Field label="Your own password" hint="At least 8 characters">
          {(control) => (
            <Input
              {...control}
              type="password"
              autoComplete="new-password"
              required
              minLength={8}
              maxLength={128}
              value={chosen}
              onChange={(event) => setChosen(event.target.value)}
            />
          )}
        </Field>
        {error && (
          <Callout tone="danger" role="alert">
            {error}
          </Callout>
        )}
        <Button type="submit" variant="primary" size="md" busy={busy}>
          Go on with my own password
        </Button>
      </form>
      <form className="mt-5 flex items-center gap-1.5 text-muted" onSubmit={leaving.enter(signOut)}>
        Not you?
        <Button type="submit" variant="link" size="md" busy={leaving.busy}>
          Sign out
        </Button>
      </form>
    </Frame>
  );
}
