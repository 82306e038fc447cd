import { useQueryClient } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { addMember, listInvitations, listMembers } from '../../../contract/api/access.ts';
import type { MembershipRole } from '../../../contract/operation.ts';
import { call } from '../../lib/client.ts';
import { rolesToGive } from '../../lib/roles.ts';
import type { Organisation } from '../../lib/session.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { DialogFormEnd } from '../../ui/dialog-form-end.tsx';
import { Field } from '../../ui/field.tsx';
import { Input } from '../../ui/input.tsx';
import { Select } from '../../ui/select.tsx';
import { toast } from '../../ui/toaster.tsx';
import { HandedOver } from './handed-over.tsx';
import { linkHint } from './invitation-list.tsx';

/** What is to be handed over to somebody who was added. */
interface HandOver {
  what: 'password' | 'link';
  text: string;
  title: string;
  hint: string;
}

/** Adds somebody by e-mail: an account is made for who has none, who has one is invited. */
export function AddMember({ organisation }: { organisation: Organisation }) {
  const [open, setOpen] = useState(false);
  const [email, setEmail] = useState('');
  const [name, setName] = useState('');
  const [role, setRole] = useState<MembershipRole>('MEMBER');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string>();
  const [added, setAdded] = useState<HandOver>();
  const queries = useQueryClient();
  const change = (next: boolean) => {
    setOpen(next);
    if (!next) return;
    setEmail('');
    setName('');
    setRole('MEMBER');
    setError(undefined);
    setAdded(undefined);
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      const result = await call(addMember, {
        organisationId: organisation.id,
        email: email.trim(),
        name: name.trim() || undefined,
        role,
      });
      void queries.invalidateQueries({ queryKey: [listMembers.id] });
      void queries.invalidateQueries({ queryKey: [listInvitations.id] });
      if (result.invitation) {
        setAdded({
          what: 'link',
          text: result.invitation.link,
          title: 'An invitation was made',
          hint: linkHint(result.invitation),
        });
      } else if (result.oneTimePassword) {
        const hint = `${result.member?.email} had no account here. Hand this password over; it is shown this once, and is only good for choosing another.`;
        setAdded({ what: 'password', text: result.oneTimePassword, title: 'An account was made', hint });
      } else {
        toast.success(`${result.member?.email} is a member now`);
        setOpen(false);
      }
    } catch (cause) {
      setError(cause instanceof Error ? cause.message : String(cause));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog
      open={open}
      onOpenChange={change}
      sticky={added !== undefined}
      trigger={
        <Button variant="primary">
          <Plus aria-hidden /> Add a member
        </Button>
      }
      title={added?.title ?? `Add a member to ${organisation.name}`}
      description={added?.hint}
    >
      {added ? (
        <HandedOver text={added.text} what={added.what} />
      ) : (
        <form className="flex flex-col gap-4" onSubmit={submit}>
          <Field
            label="E-mail"
            hint="Somebody without an account gets one with a password that you hand over; others are invited by a link."
          >
            {(control) => (
              <Input
                {...control}
                type="email"
                required
                autoComplete="off"
                value={email}
                onChange={(event) => setEmail(event.target.value)}
              />
            )}
          </Field>
          <Field label="Name" hint="Used when an account is made. May stay empty.">
            {(control) => (
              <Input
                {...control}
                maxLength={100}
                autoComplete="off"
                value={name}
                onChange={(event) => setName(event.target.value)}
              />
            )}
          </Field>
          <Field label="Role">
            {(control) => (
              <Select
                id={control.id}
                value={role}
                onValueChange={(next) => setRole(next)}
                options={rolesToGive(organisation.role)}
              />
            )}
          </Field>
          <DialogFormEnd problem={error} busy={busy}>
            Add
          </DialogFormEnd>
        </form>
      )}
    </Dialog>
  );
}
