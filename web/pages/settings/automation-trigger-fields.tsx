import { useId } from 'react';
import { EVENT_ACTIONS } from '../../../contract/automation.ts';
import { Checkbox } from '../../ui/checkbox.tsx';
import { Field } from '../../ui/field.tsx';
import { Input } from '../../ui/input.tsx';
import { Select } from '../../ui/select.tsx';
import type { Draft, NamePick } from './automation-draft.ts';

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

/** What each part of the form gets. */
export interface PartProps {
  draft: Draft;
  onChange(part: Partial<Draft>): void;
  error?: string | undefined;
}

const EVENT_NAMES = { created: 'Created', updated: 'Updated', deleted: 'Deleted' };

export function Events({ draft, onChange, error }: PartProps) {
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

export function Prompts({ draft, onChange }: PartProps) {
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
