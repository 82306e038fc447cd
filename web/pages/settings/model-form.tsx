import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { createModel, getModel, putModel } from '../../../contract/api/models.ts';
import { listPrices, matchPrice } from '../../../contract/api/prices.ts';
import { MODEL_UNITS } from '../../../contract/model.ts';
import { ApiError, call } from '../../lib/client.ts';
import { errorBeside, fieldErrors } from '../../lib/field-errors.ts';
import { queryOf } from '../../lib/query.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { DialogFormEnd } from '../../ui/dialog-form-end.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { Field } from '../../ui/field.tsx';
import { Input } from '../../ui/input.tsx';
import { Select } from '../../ui/select.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { toast } from '../../ui/toaster.tsx';
import { type Draft, draftOf, EMPTY, fits, givenBy, type PricedModel, patternFor, UNITS } from './model-draft.ts';
import { ModelPrices } from './model-prices.tsx';
import { ModelTiers } from './model-tiers.tsx';

export interface ModelFormProps {
  projectId: string;
  /** Id of the model to change; null for a new one, undefined while it is closed. */
  editedId: string | null | undefined;
  onClose(): void;
}

/** Adds a model of the project's own, or changes one. */
export function ModelForm({ projectId, editedId, onClose }: ModelFormProps) {
  const model = useQuery({
    ...queryOf(getModel, { projectId, id: editedId ?? '' }),
    enabled: typeof editedId === 'string',
    staleTime: 0,
    gcTime: 0,
  });
  return (
    <Dialog
      open={editedId !== undefined}
      onOpenChange={(open) => !open && onClose()}
      sticky
      className="max-w-2xl"
      title={editedId === null ? 'Add a model' : model.data ? `Edit “${model.data.modelName}”` : 'Edit a model'}
    >
      {editedId === null ? (
        <Form projectId={projectId} edited={null} onDone={onClose} />
      ) : model.isError ? (
        <ErrorState title="The model could not be loaded" error={model.error} onRetry={() => void model.refetch()} />
      ) : model.data ? (
        <Form projectId={projectId} edited={model.data} onDone={onClose} />
      ) : (
        <Skeleton className="h-40 w-full" />
      )}
    </Dialog>
  );
}

/** By field. What only the server can judge comes as a sentence, which says what it is about. */
function serverProblems(error: unknown): Map<string, string> {
  const problems = fieldErrors(error);
  if (problems.size > 0 || !(error instanceof ApiError) || error.status !== 400) return problems;
  if (error.message.startsWith('matchPattern ')) problems.set('matchPattern', error.message.replace('matchPattern', 'This'));
  if (error.message.startsWith('This project has a model named ')) problems.set('modelName', error.message);
  return problems;
}

const SHOWN = ['modelName', 'matchPattern', 'startDate', 'unit'];

function Form({ projectId, edited, onDone }: { projectId: string; edited: PricedModel | null; onDone(): void }) {
  const [draft, setDraft] = useState<Draft>(() => (edited ? draftOf(edited) : EMPTY));
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const [problems, setProblems] = useState(new Map<string, string>());
  const [tried, setTried] = useState('');
  const queries = useQueryClient();
  const change = (part: Partial<Draft>) => setDraft((old) => ({ ...old, ...part }));
  const errors = serverProblems(error);
  // Until somebody writes a pattern of their own, it is that of the name.
  const followsName = draft.matchPattern === patternFor(draft.modelName);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const read = givenBy(draft, edited);
    setProblems('problems' in read ? read.problems : new Map());
    setError(undefined);
    if ('problems' in read) return;
    setBusy(true);
    try {
      if (edited) await call(putModel, { projectId, id: edited.id, ...read.given });
      else await call(createModel, { projectId, ...read.given });
      await Promise.all([listPrices, matchPrice].map(({ id }) => queries.invalidateQueries({ queryKey: [id] })));
      toast.success(
        edited ? 'Saved: it prices what comes in from now on' : `“${read.given.modelName}” prices what comes in from now on`,
      );
      onDone();
    } catch (cause) {
      setError(cause);
    } finally {
      setBusy(false);
    }
  };

  const rest =
    errors.size > 0 && fieldErrors(error).size === 0 ? undefined : errorBeside(error, (field) => SHOWN.includes(field));
  const fit = tried.trim() === '' ? undefined : fits(draft.matchPattern, tried.trim());
  return (
    <form className="flex flex-col gap-4" onSubmit={submit}>
      <Field label="Name" error={errors.get('modelName')}>
        {(control) => (
          <Input
            {...control}
            required
            maxLength={500}
            autoComplete="off"
            spellCheck={false}
            placeholder="our-llama-70b"
            value={draft.modelName}
            onChange={(event) =>
              change({
                modelName: event.target.value,
                ...(followsName ? { matchPattern: patternFor(event.target.value) } : {}),
              })
            }
          />
        )}
      </Field>
      <div className="flex items-start gap-3">
        <Field
          label="Pattern"
          className="min-w-0 flex-1"
          hint="A regular expression on the name that apps send; (?i) takes upper and lower case alike."
          error={errors.get('matchPattern')}
        >
          {(control) => (
            <Input
              {...control}
              required
              maxLength={2000}
              className="font-mono text-sm"
              autoComplete="off"
              spellCheck={false}
              value={draft.matchPattern}
              onChange={(event) => change({ matchPattern: event.target.value })}
            />
          )}
        </Field>
        <Field
          label="Try a name"
          className="w-56"
          hint={
            <span role="status">
              {fit === undefined
                ? 'To see whether it fits.'
                : fit === null
                  ? 'Cannot be tried here; the server will.'
                  : fit
                    ? 'It fits.'
                    : 'It does not fit.'}
            </span>
          }
        >
          {(control) => (
            <Input
              {...control}
              autoComplete="off"
              spellCheck={false}
              value={tried}
              onChange={(event) => setTried(event.target.value)}
            />
          )}
        </Field>
      </div>
      <div className="flex items-start gap-3">
        <Field label="Unit" className="min-w-0 flex-1">
          {(control) => (
            <Select
              id={control.id}
              value={draft.unit}
              onValueChange={(unit) => change({ unit })}
              options={MODEL_UNITS.map((value) => ({ value, label: UNITS[value].name }))}
            />
          )}
        </Field>
        <Field label="Tokens that nobody counted" className="min-w-0 flex-1">
          {(control) => (
            <Select
              id={control.id}
              value={draft.tokenizer}
              onValueChange={(tokenizer) => change({ tokenizer })}
              options={[
                { value: 'none', label: 'Stay unknown' },
                { value: 'openai', label: 'Count as OpenAI does' },
                { value: 'claude', label: 'Count as Claude does' },
              ]}
            />
          )}
        </Field>
        <Field label="Holds from (UTC)" className="w-44" hint="Empty: always." error={errors.get('startDate')}>
          {(control) => (
            <Input
              {...control}
              type="date"
              value={draft.startDay}
              onChange={(event) => change({ startDay: event.target.value })}
            />
          )}
        </Field>
      </div>
      <ModelPrices draft={draft} onChange={setDraft} problems={problems} />
      <ModelTiers draft={draft} onChange={setDraft} problems={problems} />
      <DialogFormEnd problem={rest} busy={busy}>
        {edited ? 'Save' : 'Add'}
      </DialogFormEnd>
    </form>
  );
}
