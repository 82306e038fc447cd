import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Plus, X } from 'lucide-react';
import { type FormEvent, useId, useState } from 'react';
import { createAutomation, getAutomation, listAutomations, updateAutomation } from '../../../contract/api/automations.ts';
import { getSlackConnection } from '../../../contract/api/slack.ts';
import { ACTION_TYPES, type ActionType, type Automation, EVENT_ACTIONS } from '../../../contract/automation.ts';
import { ApiError, call } from '../../lib/client.ts';
import { queryOf } from '../../lib/query.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { Callout } from '../../ui/callout.tsx';
import { Checkbox } from '../../ui/checkbox.tsx';
import { Dialog, DialogClose } from '../../ui/dialog.tsx';
import { Field } from '../../ui/field.tsx';
import { Input } from '../../ui/input.tsx';
import { Select } from '../../ui/select.tsx';
import { toast } from '../../ui/toaster.tsx';
import {
  type Draft,
  draftOf,
  EMPTY,
  fieldsOf,
  givenBy,
  type HeaderDraft,
  type NamePick,
  promptsInWords,
  TYPE_NAMES,
} from './automation-draft.ts';
import { SigningSecret } from './signing-secret.tsx';

const TYPE_HINTS: Record<ActionType, string> = {
  WEBHOOK: 'A signed POST to an address of yours',
  SLACK: 'A message in a channel',
  GITHUB_DISPATCH: 'Starts a workflow of a repository',
};

const NAME_PICKS: { value: NamePick; label: string }[] = [
  { value: 'all', label: 'All prompts' },
  { value: 'any of', label: 'Named' },
  { value: 'starts with', label: 'Starting with' },
  { value: 'contains', label: 'Containing' },
];

const NAME_HINTS: Record<NamePick, string | undefined> = {
  all: undefined,
  'any of': 'Several are separated by commas.',
  'starts with': 'A folder, for example support/',
  contains: 'Upper and lower case are alike.',
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

/** The messages of an answer 400, by field: `action.url`. */
function fieldErrors(error: unknown): Map<string, string> {
  const details = error instanceof ApiError && Array.isArray(error.details) ? error.details : [];
  return new Map(
    (details as { path?: unknown; message?: unknown }[])
      .filter(({ path }) => typeof path === 'string' && path !== '')
      .map(({ path, message }) => [path as string, String(message)]),
  );
}

const capitalised = (text: string | undefined): string | undefined =>
  text === undefined ? undefined : `${text[0]?.toUpperCase()}${text.slice(1)}`;

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
  const problem = (field: string) => capitalised(errors.get(field));
  const shownBelow = ['name', 'action.url', 'action.token', 'action.eventType', 'action.channel', 'trigger.eventActions'];
  const isForeign = edited !== null && fieldsOf(edited.trigger.filter) === null;
  // Errors that have a place beside their field are not said twice.
  const rest =
    error === undefined || [...errors.keys()].some((field) => shownBelow.includes(field) || field.startsWith('action.headers.'))
      ? undefined
      : error instanceof Error
        ? error.message
        : String(error);

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
      {draft.type === 'GITHUB_DISPATCH' && <Github draft={draft} edited={edited} onChange={change} problem={problem} />}
      {rest && (
        <Callout tone="danger" role="alert">
          {rest}
        </Callout>
      )}
      <div className="flex justify-end gap-2">
        <DialogClose asChild>
          <Button size="md">Cancel</Button>
        </DialogClose>
        <Button type="submit" variant="primary" size="md" busy={busy} disabled={draft.events.length === 0}>
          {edited ? 'Save' : 'Create'}
        </Button>
      </div>
    </form>
  );
}

interface PartProps {
  draft: Draft;
  onChange(part: Partial<Draft>): void;
  error?: string | undefined;
}

const EVENT_NAMES = { created: 'Created', updated: 'Updated', deleted: 'Deleted' };

function Events({ draft, onChange, error }: PartProps) {
  const id = useId();
  return (
    <fieldset>
      <legend className="mb-1.5 font-medium text-fg text-sm">When a prompt version is</legend>
      <div className="flex flex-wrap gap-x-5 gap-y-2">
        {EVENT_ACTIONS.map((event) => (
          <span key={event} className="flex items-center gap-2">
            <Checkbox
              id={`${id}-${event}`}
              checked={draft.events.includes(event)}
              onCheckedChange={(checked) =>
                onChange({
                  events: EVENT_ACTIONS.filter((each) => (each === event ? checked === true : draft.events.includes(each))),
                })
              }
            />
            <label htmlFor={`${id}-${event}`}>{EVENT_NAMES[event]}</label>
          </span>
        ))}
      </div>
      <p role={error ? 'alert' : undefined} className={error ? 'mt-1.5 text-danger text-sm' : 'mt-1.5 text-faint text-sm'}>
        {error ?? 'Updated: labels or tags. A label that moves updates both versions.'}
      </p>
    </fieldset>
  );
}

function Prompts({ draft, onChange }: PartProps) {
  return (
    <>
      <div className="flex items-start gap-2">
        <Field label="Prompts" className="w-40 shrink-0">
          {(control) => (
            <Select
              id={control.id}
              value={draft.namePick}
              options={NAME_PICKS}
              onValueChange={(namePick) => onChange({ namePick })}
            />
          )}
        </Field>
        {draft.namePick !== 'all' && (
          <Field label="Name of the prompt" className="flex-1" hint={NAME_HINTS[draft.namePick]}>
            {(control) => (
              <Input
                {...control}
                required
                autoComplete="off"
                spellCheck={false}
                value={draft.names}
                onChange={(event) => onChange({ names: event.target.value })}
              />
            )}
          </Field>
        )}
      </div>
      <Field
        label="Only versions with a label"
        hint="For example production. Several are separated by commas. Empty: all versions."
      >
        {(control) => (
          <Input
            {...control}
            autoComplete="off"
            spellCheck={false}
            value={draft.labels}
            onChange={(event) => onChange({ labels: event.target.value })}
          />
        )}
      </Field>
    </>
  );
}

function Address({
  draft,
  onChange,
  error,
  placeholder,
  optional = false,
  label = 'Address',
  hint,
}: PartProps & { placeholder: string; optional?: boolean; label?: string; hint?: string }) {
  return (
    <Field label={label} error={error} hint={hint}>
      {(control) => (
        <Input
          {...control}
          type="url"
          required={!optional}
          placeholder={placeholder}
          autoComplete="off"
          spellCheck={false}
          value={draft.url}
          onChange={(event) => onChange({ url: event.target.value })}
        />
      )}
    </Field>
  );
}

function Headers({
  headers,
  errors,
  onChange,
}: {
  headers: HeaderDraft[];
  errors: Map<string, string>;
  onChange(headers: HeaderDraft[]): void;
}) {
  const id = useId();
  const set = (key: number, part: Partial<HeaderDraft>) =>
    onChange(headers.map((header) => (header.key === key ? { ...header, ...part } : header)));
  const add = () => {
    const key = Math.max(-1, ...headers.map((header) => header.key)) + 1;
    onChange([...headers, { key, name: '', value: '', secret: false, stored: false }]);
  };
  // Rows that are empty are not sent, so the server's numbers leave them out.
  const sent = headers.filter(({ name, value }) => name.trim() !== '' || value !== '');
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1.5 font-medium text-fg text-sm">Headers</legend>
      {headers.map((header) => {
        const number = headers.indexOf(header) + 1;
        const index = sent.indexOf(header);
        const problem =
          index < 0 ? undefined : (errors.get(`action.headers.${index}.name`) ?? errors.get(`action.headers.${index}.value`));
        return (
          <div key={header.key}>
            <div className="flex items-center gap-2">
              <Input
                aria-label={`Name of header ${number}`}
                aria-invalid={problem ? true : undefined}
                placeholder="Name"
                className="w-40 shrink-0"
                autoComplete="off"
                spellCheck={false}
                value={header.name}
                onChange={(event) => set(header.key, { name: event.target.value, stored: false })}
              />
              <Input
                aria-label={`Value of header ${number}`}
                placeholder={header.stored ? 'Stored; type to replace' : 'Value'}
                type={header.secret ? 'password' : 'text'}
                autoComplete="off"
                spellCheck={false}
                value={header.value}
                onChange={(event) => set(header.key, { value: event.target.value })}
              />
              <span className="flex shrink-0 items-center gap-1.5">
                <Checkbox
                  id={`${id}-${header.key}`}
                  checked={header.secret}
                  onCheckedChange={(checked) => set(header.key, { secret: checked === true, stored: false })}
                />
                <label htmlFor={`${id}-${header.key}`}>Secret</label>
              </span>
              <IconButton
                label={`Remove header ${number}`}
                onClick={() => onChange(headers.filter((each) => each.key !== header.key))}
              >
                <X aria-hidden />
              </IconButton>
            </div>
            {problem && (
              <p role="alert" className="mt-1 text-danger text-sm">
                {capitalised(problem)}
              </p>
            )}
          </div>
        );
      })}
      <div>
        <Button size="sm" onClick={add}>
          <Plus aria-hidden /> Add a header
        </Button>
      </div>
    </fieldset>
  );
}

/** An incoming webhook always; a channel where the project is connected to a workspace, or could be. */
function SlackTarget({
  projectId,
  draft,
  edited,
  onChange,
  problem,
}: PartProps & { projectId: string; edited: Automation | null; problem(field: string): string | undefined }) {
  const connection = useQuery(queryOf(getSlackConnection, { projectId }));
  const workspace = connection.data?.workspace;
  const stored = edited?.action.type === 'SLACK' ? edited.action.displayUrl : null;
  return (
    <>
      {(workspace || draft.slackBy === 'channel') && (
        <Field label="Post to">
          {(control) => (
            <Select
              id={control.id}
              value={draft.slackBy}
              onValueChange={(slackBy) => onChange({ slackBy })}
              options={[
                { value: 'url', label: 'An incoming webhook' },
                { value: 'channel', label: workspace ? `A channel of ${workspace.teamName}` : 'A channel' },
              ]}
            />
          )}
        </Field>
      )}
      {draft.slackBy === 'channel' ? (
        <Field
          label="Channel"
          error={problem('action.channel')}
          hint="Its name, for example #prompts, or its id. The app must be invited to private channels."
        >
          {(control) => (
            <Input
              {...control}
              required
              maxLength={200}
              autoComplete="off"
              spellCheck={false}
              value={draft.channel}
              onChange={(event) => onChange({ channel: event.target.value })}
            />
          )}
        </Field>
      ) : (
        <Address
          draft={draft}
          onChange={onChange}
          error={problem('action.url')}
          placeholder="https://hooks.slack.com/services/…"
          optional={stored !== null}
          label="Address of the incoming webhook"
          hint={
            stored
              ? `Stored: ${stored}. Stay empty to keep it.`
              : 'In Slack: your app, Incoming webhooks, Add new webhook. It is stored encrypted.'
          }
        />
      )}
      {connection.data?.configured && !workspace && (
        <p className="text-muted text-sm">
          Or{' '}
          <a
            href={`/api/public/slack/install?projectId=${encodeURIComponent(projectId)}`}
            className="text-accent underline underline-offset-2"
          >
            connect a workspace
          </a>{' '}
          to choose channels by name.
        </p>
      )}
    </>
  );
}

function Github({
  draft,
  edited,
  onChange,
  problem,
}: PartProps & { edited: Automation | null; problem(field: string): string | undefined }) {
  const stored = edited?.action.type === 'GITHUB_DISPATCH' ? edited.action.displayToken : undefined;
  return (
    <>
      <Address
        draft={draft}
        onChange={onChange}
        error={problem('action.url')}
        label="Dispatch address"
        placeholder="https://api.github.com/repos/owner/repository/dispatches"
      />
      <Field
        label="Event type"
        error={problem('action.eventType')}
        hint="What the workflow listens to: on: repository_dispatch: types: [prompt-changed]"
      >
        {(control) => (
          <Input
            {...control}
            required
            maxLength={100}
            autoComplete="off"
            spellCheck={false}
            value={draft.eventType}
            onChange={(event) => onChange({ eventType: event.target.value })}
          />
        )}
      </Field>
      <Field
        label="Token"
        error={problem('action.token')}
        hint={
          stored
            ? `Stored: ${stored}. Stay empty to keep it, unless the address changes.`
            : 'A fine-grained token with “Contents: read and write” of the repository. It is stored encrypted.'
        }
      >
        {(control) => (
          <Input
            {...control}
            type="password"
            required={!stored}
            autoComplete="off"
            value={draft.token}
            onChange={(event) => onChange({ token: event.target.value })}
          />
        )}
      </Field>
    </>
  );
}
