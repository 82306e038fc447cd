import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { createAutomation, getAutomation, listAutomations, updateAutomation } from '../../../contract/api/automations.ts';
import { ACTION_TYPES, type ActionType, type Automation } from '../../../contract/automation.ts';
import { call } from '../../lib/client.ts';
import { errorBeside, fieldErrors } from '../../lib/field-errors.ts';
import { Callout } from '../../ui/callout.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { DialogFormEnd } from '../../ui/dialog-form-end.tsx';
import { Field } from '../../ui/field.tsx';
import { Input } from '../../ui/input.tsx';
import { Select } from '../../ui/select.tsx';
import { toast } from '../../ui/toaster.tsx';
import { type Draft, draftOf, EMPTY, fieldsOf, givenBy, promptsInWords, TYPE_NAMES } from './automation-draft.ts';
import { Address, GithubTarget, Headers, SlackTarget } from './automation-target-fields.tsx';
import { Events, Prompts } from './automation-trigger-fields.tsx';
import { SigningSecret } from './signing-secret.tsx';

const TYPE_HINTS: Record<ActionType, string> = {
  WEBHOOK: 'A signed POST to an address of yours',
  SLACK: 'A message in a channel',
  GITHUB_DISPATCH: 'Starts a workflow of a repository',
};

export interface AutomationFormProps {
  projectId: string;
  open: boolean;
  onOpenChange(open: boolean): void;
  /** The automation to change; null for a new one. */
  edited: Automation | null;
}

/** Makes an automation, and then shows its signing secret this once; or changes one. */
export function AutomationForm({ projectId, open, onOpenChange, edited }: AutomationFormProps) {
  const [secret, setSecret] = useState<string | null>(null);
  const close = (next: boolean) => {
    onOpenChange(next);
    if (!next) setSecret(null);
  };
  return (
    <Dialog
      open={open}
      onOpenChange={close}
      sticky
      className="max-w-xl"
      title={secret ? 'The webhook is ready' : edited ? `Edit “${edited.name}”` : 'Create an automation'}
    >
      {secret ? (
        <SigningSecret secret={secret} />
      ) : (
        <Form
          projectId={projectId}
          edited={edited}
          onDone={(made) => {
            if (made) setSecret(made);
            else close(false);
          }}
        />
      )}
    </Dialog>
  );
}

function Form({
  projectId,
  edited,
  onDone,
}: {
  projectId: string;
  edited: Automation | null;
  onDone(secret: string | null): void;
}) {
  const [draft, setDraft] = useState<Draft>(() => (edited ? draftOf(edited) : EMPTY));
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const queries = useQueryClient();
  const change = (part: Partial<Draft>) => setDraft((old) => ({ ...old, ...part }));
  const errors = fieldErrors(error);
  const problem = (field: string) => errors.get(field);
  const shownBelow = ['name', 'action.url', 'action.token', 'action.eventType', 'action.channel', 'trigger.eventActions'];
  const isForeign = edited !== null && fieldsOf(edited.trigger.filter) === null;
  const rest = errorBeside(error, (field) => shownBelow.includes(field) || field.startsWith('action.headers.'));

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      const given = givenBy(draft, edited);
      if (edited) {
        await call(updateAutomation, { projectId, automationId: edited.id, ...given });
        toast.success('Saved');
        onDone(null);
      } else {
        const made = await call(createAutomation, { projectId, ...given });
        if (made.signingSecret === null) toast.success(`“${made.automation.name}” is active`);
        onDone(made.signingSecret);
      }
      void queries.invalidateQueries({ queryKey: [listAutomations.id] });
      void queries.invalidateQueries({ queryKey: [getAutomation.id] });
    } catch (cause) {
      setError(cause);
    } finally {
      setBusy(false);
    }
  };

  return (
    <form className="flex flex-col gap-4" onSubmit={submit}>
      <Field label="Name" error={problem('name')}>
        {(control) => (
          <Input
            {...control}
            required
            maxLength={100}
            placeholder="Deploy the new version"
            autoComplete="off"
            value={draft.name}
            onChange={(event) => change({ name: event.target.value })}
          />
        )}
      </Field>
      <Events draft={draft} onChange={change} error={problem('trigger.eventActions')} />
      {isForeign ? (
        <Callout>Narrowed to: {promptsInWords(edited.trigger.filter)}. This was set over the API, and stays as it is.</Callout>
      ) : (
        <Prompts draft={draft} onChange={change} />
      )}
      <Field label="Send as" hint={edited ? 'Cannot be changed. Create another automation instead.' : undefined}>
        {(control) => (
          <Select
            id={control.id}
            value={draft.type}
            disabled={edited !== null}
            onValueChange={(type) => change({ type })}
            options={ACTION_TYPES.map((type) => ({ value: type, label: TYPE_NAMES[type], hint: TYPE_HINTS[type] }))}
          />
        )}
      </Field>
      {draft.type === 'WEBHOOK' && (
        <>
          <Address
            draft={draft}
            onChange={change}
            error={problem('action.url')}
            placeholder="https://example.com/hooks/prompts"
          />
          <Headers headers={draft.headers} errors={errors} onChange={(headers) => change({ headers })} />
        </>
      )}
      {draft.type === 'SLACK' && (
        <SlackTarget projectId={projectId} draft={draft} edited={edited} onChange={change} problem={problem} />
      )}
      {draft.type === 'GITHUB_DISPATCH' && <GithubTarget draft={draft} edited={edited} onChange={change} problem={problem} />}
      <DialogFormEnd problem={rest} busy={busy} disabled={draft.events.length === 0}>
        {edited ? 'Save' : 'Create'}
      </DialogFormEnd>
    </form>
  );
}
