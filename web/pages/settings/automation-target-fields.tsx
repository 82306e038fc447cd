import { useQuery } from '@tanstack/react-query';
import { useId } from 'react';
import { getSlackConnection } from '../../../contract/api/slack.ts';
import type { Automation } from '../../../contract/automation.ts';
import { queryOf } from '../../lib/query.ts';
import { Checkbox } from '../../ui/checkbox.tsx';
import { Field } from '../../ui/field.tsx';
import { Input } from '../../ui/input.tsx';
import { Select } from '../../ui/select.tsx';
import type { HeaderDraft } from './automation-draft.ts';
import type { PartProps } from './automation-trigger-fields.tsx';
import { HeaderRows } from './header-rows.tsx';

export function Address({
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

export function Headers({
  headers,
  errors,
  onChange,
}: {
  headers: HeaderDraft[];
  errors: Map<string, string>;
  onChange(headers: HeaderDraft[]): void;
}) {
  const id = useId();
  // Rows that are empty are not sent, so the server's numbers leave them out.
  const sent = headers.filter(({ name, value }) => name.trim() !== '' || value !== '');
  const problemOf = (header: HeaderDraft) => {
    const field = `action.headers.${sent.indexOf(header)}`;
    return errors.get(`${field}.name`) ?? errors.get(`${field}.value`);
  };
  return (
    <HeaderRows
      legend="Headers"
      rows={headers}
      blank={{ name: '', value: '', secret: false, stored: false }}
      isSecret={({ secret }) => secret}
      problemOf={problemOf}
      onChange={onChange}
      beside={(header, set) => (
        <span className="flex shrink-0 items-center gap-1.5">
          <Checkbox
            id={`${id}-${header.key}`}
            checked={header.secret}
            onCheckedChange={(checked) => set({ secret: checked === true, stored: false })}
          />
          <label htmlFor={`${id}-${header.key}`}>Secret</label>
        </span>
      )}
    />
  );
}

/** An incoming webhook always; a channel where the project is connected to a workspace, or could be. */
export function SlackTarget({
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

export function GithubTarget({
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
