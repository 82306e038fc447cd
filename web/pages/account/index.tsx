import { type FormEvent, useState } from 'react';
import { changePassword } from '../../lib/auth.ts';
import { useMe } from '../../lib/session.ts';
import { Button } from '../../ui/button.tsx';
import { Callout } from '../../ui/callout.tsx';
import { Field } from '../../ui/field.tsx';
import { Input } from '../../ui/input.tsx';
import { Page, PageBody, PageHeader, Section } from '../../ui/page.tsx';
import { toast } from '../../ui/toaster.tsx';
import { OwnMemberships } from './own-memberships.tsx';
import { ThemeChooser } from './theme-chooser.tsx';

export function AccountPage() {
  const me = useMe();
  return (
    <Page>
      <PageHeader title="Account" />
      <PageBody>
        <Section title="You">
          <dl className="grid max-w-md grid-cols-[7rem_1fr] gap-y-2">
            <dt className="text-muted">Name</dt>
            <dd>{me.user.name}</dd>
            <dt className="text-muted">E-mail</dt>
            <dd>{me.user.email}</dd>
          </dl>
        </Section>
        <OwnMemberships />
        <Section title="Theme">
          <ThemeChooser />
        </Section>
        <Section title="Password" description="Other browsers in which you are signed in are signed out by the change.">
          <PasswordForm />
        </Section>
      </PageBody>
    </Page>
  );
}

function PasswordForm() {
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string>();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      await changePassword(current, next);
      setCurrent('');
      setNext('');
      toast.success('The password is changed');
    } catch (cause) {
      setError(cause instanceof Error ? cause.message : String(cause));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form className="flex max-w-sm flex-col gap-4" onSubmit={submit}>
      <Field label="Current password">
        {(control) => (
          <Input
            {...control}
            type="password"
            autoComplete="current-password"
            required
            value={current}
            onChange={(event) => setCurrent(event.target.value)}
          />
        )}
      </Field>
      <Field label="New password" hint="At least 8 characters">
        {(control) => (
          <Input
            {...control}
            type="password"
            autoComplete="new-password"
            required
            minLength={8}
            maxLength={128}
            value={next}
            onChange={(event) => setNext(event.target.value)}
          />
        )}
      </Field>
      {error && (
        <Callout tone="danger" role="alert">
          {error}
        </Callout>
      )}
      <Button type="submit" size="md" busy={busy} className="self-start">
        Change the password
      </Button>
    </form>
  );
}
