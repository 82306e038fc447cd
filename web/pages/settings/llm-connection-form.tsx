import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import { listLlmConnections, updateLlmConnection, upsertLlmConnection } from '../../../contract/api/llm-connections.ts';
import { LLM_ADAPTERS, type LlmConnection } from '../../../contract/llm-connection.ts';
import { call } from '../../lib/client.ts';
import { errorBeside, fieldErrors } from '../../lib/field-errors.ts';
import { Checkbox } from '../../ui/checkbox.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { DialogFormEnd } from '../../ui/dialog-form-end.tsx';
import { Field } from '../../ui/field.tsx';
import { Input, Textarea } from '../../ui/input.tsx';
import { Select } from '../../ui/select.tsx';
import { toast } from '../../ui/toaster.tsx';
import { HeaderRows } from './header-rows.tsx';
import { ADAPTERS, type Draft, draftOf, EMPTY, givenBy, isElsewhere, shownSecret } from './llm-connection-draft.ts';

export interface LlmConnectionFormProps {
  projectId: string;
  /** The connection to change; null for a new one, undefined while it is closed. */
  edited: LlmConnection | null | undefined;
  /** Names that there are. */
  taken: readonly string[];
  onClose(): void;
}

/** Adds a connection to a provider of models, or changes one. */
export function LlmConnectionForm({ edited, onClose, ...props }: LlmConnectionFormProps) {
  return (
    <Dialog
      open={edited !== undefined}
      onOpenChange={(open) => !open && onClose()}
      sticky
      className="max-w-xl"
      title={edited ? `Edit “${edited.provider}”` : 'Add a connection'}
    >
      {edited !== undefined && <Form {...props} edited={edited} onDone={onClose} />}
    </Dialog>
  );
}

const isShown = (field: string) =>
  /^(provider|secretKey|baseURL|config(\.\w+)?|customModels(\.\d+)?)$/.test(field) || field.startsWith('extraHeaders.');

function Form({
  projectId,
  edited,
  taken,
  onDone,
}: {
  projectId: string;
  edited: LlmConnection | null;
  taken: readonly string[];
  onDone(): void;
}) {
  const id = useId();
  const [draft, setDraft] = useState<Draft>(() => (edited ? draftOf(edited) : EMPTY));
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const [nameTaken, setNameTaken] = useState(false);
  const queries = useQueryClient();
  const change = (part: Partial<Draft>) => setDraft((old) => ({ ...old, ...part }));
  const errors = fieldErrors(error);
  const adapter = ADAPTERS[draft.adapter];
  const needsSecret = edited === null || isElsewhere(draft, edited);
  const modelError = [...errors].find(([field]) => field.startsWith('customModels'))?.[1];
  const configError = [...errors].find(([field]) => field.startsWith('config'))?.[1];

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const provider = draft.provider.trim();
    // The server would put this one in the other's place.
    const isTaken = edited === null && taken.includes(provider);
    setNameTaken(isTaken);
    if (isTaken) return;
    setBusy(true);
    setError(undefined);
    try {
      const given = givenBy(draft);
      if (edited) await call(updateLlmConnection, { projectId, connectionId: edited.id, ...given });
      else {
        const extraHeaders = given.extraHeaders as Record<string, string>;
        await call(upsertLlmConnection, { projectId, ...given, provider, secretKey: given.secretKey ?? '', extraHeaders });
      }
      await queries.invalidateQueries({ queryKey: [listLlmConnections.id] });
      toast.success(edited ? 'Saved' : `“${provider}” is added`);
      onDone();
    } catch (cause) {
      setError(cause);
    } finally {
      setBusy(false);
    }
  };

  const rest = errorBeside(error, isShown);
  return (
    <form className="flex flex-col gap-4" onSubmit={submit}>
      {edited === null && (
        <Field
          label="Name"
          hint="By which evaluators know it, for example openai. It cannot be changed."
          error={nameTaken ? 'There is a connection of this name. Edit it, or choose another name.' : errors.get('provider')}
        >
          {(control) => (
            <Input
              {...control}
              required
              maxLength={200}
              autoComplete="off"
              spellCheck={false}
              value={draft.provider}
              onChange={(event) => {
                setNameTaken(false);
                change({ provider: event.target.value });
              }}
            />
          )}
        </Field>
      )}
      <Field label="Provider">
        {(control) => (
          <Select
            id={control.id}
            value={draft.adapter}
            onValueChange={(next) => change({ adapter: next })}
            options={LLM_ADAPTERS.map((value) => ({ value, label: ADAPTERS[value].name, hint: ADAPTERS[value].hint }))}
          />
        )}
      </Field>
      <Field label={adapter.secret} hint={secretHint(adapter.secretHint, edited, needsSecret)} error={errors.get('secretKey')}>
        {(control) => (
          <Input
            {...control}
            type="password"
            required={needsSecret}
            autoComplete="off"
            placeholder={needsSecret ? undefined : 'Stored; type to replace'}
            value={draft.secretKey}
            onChange={(event) => change({ secretKey: event.target.value })}
          />
        )}
      </Field>
      {draft.adapter === 'bedrock' && (
        <Field label="Region" error={configError}>
          {(control) => (
            <Input
              {...control}
              required
              placeholder="eu-central-1"
              autoComplete="off"
              spellCheck={false}
              value={draft.region}
              onChange={(event) => change({ region: event.target.value })}
            />
          )}
        </Field>
      )}
      {draft.adapter === 'google-vertex-ai' && (
        <Field label="Location" hint="May stay empty." error={configError}>
          {(control) => (
            <Input
              {...control}
              placeholder="europe-west1"
              autoComplete="off"
              spellCheck={false}
              value={draft.location}
              onChange={(event) => change({ location: event.target.value })}
            />
          )}
        </Field>
      )}
      <Field
        label="Base URL"
        hint={
          draft.adapter === 'azure'
            ? 'That of your resource.'
            : 'Only where it is not the provider’s own: a gateway, or a model of yours.'
        }
        error={errors.get('baseURL')}
      >
        {(control) => (
          <Input
            {...control}
            type="url"
            required={draft.adapter === 'azure'}
            placeholder={adapter.address}
            autoComplete="off"
            spellCheck={false}
            value={draft.baseURL}
            onChange={(event) => change({ baseURL: event.target.value })}
          />
        )}
      </Field>
      <Field
        label="Models"
        hint="One name a line. May stay empty where all models of the provider may be asked."
        error={modelError}
      >
        {(control) => (
          <Textarea
            {...control}
            rows={3}
            className="min-h-0 font-mono text-sm"
            spellCheck={false}
            value={draft.models}
            onChange={(event) => change({ models: event.target.value })}
          />
        )}
      </Field>
      <div className="flex items-center gap-2">
        <Checkbox
          id={`${id}-default`}
          checked={draft.withDefaultModels}
          onCheckedChange={(checked) => change({ withDefaultModels: checked === true })}
        />
        <label htmlFor={`${id}-default`}>All models of the provider may be asked, not only these</label>
      </div>
      {draft.adapter === 'openai' && (
        <div className="flex items-center gap-2">
          <Checkbox
            id={`${id}-responses`}
            checked={draft.useResponsesApi}
            onCheckedChange={(checked) => change({ useResponsesApi: checked === true })}
          />
          <label htmlFor={`${id}-responses`}>Ask over the Responses API</label>
        </div>
      )}
      <HeaderRows
        legend="Extra headers"
        rows={draft.headers}
        blank={{ name: '', value: '', stored: false }}
        isSecret={() => true}
        problemOf={({ name }) => errors.get(`extraHeaders.${name.trim()}`)}
        onChange={(headers) => change({ headers })}
      />
      <DialogFormEnd problem={rest} busy={busy}>
        {edited ? 'Save' : 'Add'}
      </DialogFormEnd>
    </form>
  );
}

function secretHint(hint: string, edited: LlmConnection | null, needed: boolean): string | undefined {
  if (edited === null) return hint || undefined;
  if (needed) return `Must be entered again: the stored one is not sent to another address. ${hint}`.trim();
  return `Stored: ${shownSecret(edited)}. Stay empty to keep it.`;
}
