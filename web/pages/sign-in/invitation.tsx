import { useQuery } from '@tanstack/react-query';
import { useLocation } from '@tanstack/react-router';
import { useState } from 'react';
import { acceptInvitation, readInvitation } from '../../../contract/api/access.ts';
import { signOut } from '../../lib/auth.ts';
import { call } from '../../lib/client.ts';
import { queryOf } from '../../lib/query.ts';
import { ROLE_NAMES } from '../../lib/roles.ts';
import { meQuery } from '../../lib/session.ts';
import { Button } from '../../ui/button.tsx';
import { Callout } from '../../ui/callout.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { Frame, useEntry } from './frame.tsx';

/** Asks somebody who followed the link of an invitation whether they want to be a member, and as whom. */
export function InvitationPage() {
  const hash = useLocation({ select: ({ hash }) => hash });
  // Kept: on the way to the next page there is another address already.
  const [token] = useState(hash);
  const [accepted, setAccepted] = useState(false);
  const invitation = useQuery({ ...queryOf(readInvitation, { token }), retry: false, enabled: !accepted });
  const me = useQuery(meQuery);
  const joining = useEntry('/');
  const leaving = useEntry(`/sign-in?next=${encodeURIComponent(`/invitation#${token}`)}`);
  if (invitation.isPending || me.isPending) return null;
  if (invitation.isError || me.isError) {
    return (
      <Frame title="Invitation" hint="This link leads nowhere.">
        <ErrorState title="The invitation cannot be opened" error={invitation.error ?? me.error!} />
      </Frame>
    );
  }
  const { organisation, role, email } = invitation.data;
  const { user } = me.data;
  return (
    <Frame title={`Join ${organisation.name}`} hint={`You are invited with the role \u201c${ROLE_NAMES[role]}\u201d.`}>
      <form
        className="flex flex-col gap-4"
        onSubmit={joining.enter(async () => {
          await call(acceptInvitation, { token });
          setAccepted(true);
        })}
      >
        <dl className="grid grid-cols-[6rem_1fr] gap-y-1.5 rounded-lg border border-line bg-surface px-3 py-2.5">
          <dt className="text-muted">Your account</dt>
          <dd className="truncate font-medium">{user.email}</dd>
          <dt className="text-muted">Invited</dt>
          <dd className="truncate">{email}</dd>
        </dl>
        {user.email !== email && (
          <Callout tone="warning">
            You are signed in with another address than the one that was invited. Its members will see yours.
          </Callout>
        )}
        {joining.error && (
          <Callout tone="danger" role="alert">
            {joining.error}
          </Callout>
        )}
        <Button type="submit" variant="primary" size="md" busy={joining.busy}>
          Accept and join
        </Button>
      </form>
      <form className="mt-5 flex items-center gap-1.5 text-muted" onSubmit={leaving.enter(signOut)}>
        Not you?
        <Button type="submit" variant="link" size="md" busy={leaving.busy}>
          Use another account
        </Button>
      </form>
    </Frame>
  );
}
