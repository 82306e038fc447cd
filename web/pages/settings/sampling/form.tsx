import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { getSampling, listSamplingChanges, previewSampling, putSampling } from '../../../../contract/api/sampling.ts';
import type { OutputOf } from '../../../../contract/operation.ts';
import { type SamplingSettings, SUGGESTED_SAMPLING } from '../../../../contract/sampling.ts';
import { call } from '../../../lib/client.ts';
import { Button } from '../../../ui/button.tsx';
import { Callout } from '../../../ui/callout.tsx';
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx';
import { Field } from '../../../ui/field.tsx';
import { Input } from '../../../ui/input.tsx';
import { Switch } from '../../../ui/switch.tsx';
import { toast } from '../../../ui/toaster.tsx';
import { draftOf, moved, newRule, type Problems, type SamplingDraft, settingsOf } from './draft.ts';
import { PreviewResult } from './preview.tsx';
import { RuleRow } from './rule-row.tsx';

type Saved = OutputOf<typeof getSampling>['settings'];

/** The rules of a project, to be tried on the last day before they hold. */
export function SamplingForm({ projectId, saved, disabled }: { projectId: string; saved: Saved; disabled: boolean }) {
  const [draft, setDraft] = useState(() => draftOf(saved.version === 0 ? { ...SUGGESTED_SAMPLING, enabled: false } : saved));
  const [problems, setProblems] = useState<Problems>({});
  const [asking, setAsking] = useState<SamplingSettings>();
  const queries = useQueryClient();
  const preview = useMutation({ mutationFn: (settings: SamplingSettings) => call(previewSampling, { projectId, ...settings }) });
  const change = (next: Partial<SamplingDraft>) => {
    setDraft({ ...draft, ...next });
    setProblems({});
  };
  const changeRules = (rules: SamplingDraft['rules']) => change({ rules });
  const read = (): SamplingSettings | undefined => {
    const found = settingsOf(draft);
    setProblems('problems' in found ? found.problems : {});
    return 'settings' in found ? found.settings : undefined;
  };
  const write = async (settings: SamplingSettings) => {
    await call(putSampling, { projectId, ...settings });
    await Promise.all([getSampling, listSamplingChanges].map(({ id }) => queries.invalidateQueries({ queryKey: [id] })));
    toast.success(settings.enabled ? 'These rules hold from now on' : 'Everything is kept from now on');
  };
  const save = useMutation({ mutationFn: write });
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        const settings = read();
        // What is dropped is gone: asked once, when it begins.
        if (settings?.enabled && !saved.enabled) setAsking(settings);
        else if (settings) save.mutate(settings);
      }}
    >
      <div className="flex items-center gap-2.5">
        <Switch
          checked={draft.enabled}
          disabled={disabled}
          onCheckedChange={(enabled) => change({ enabled })}
          aria-label="Drop traces by these rules"
        />
        <span className="font-medium">Drop traces by these rules</span>
        <span className="text-muted">{saved.enabled ? 'On' : 'Off: everything is kept'}</span>
      </div>
      <ol className="rounded-lg border border-line" aria-label="Rules">
        {draft.rules.map((rule, i) => (
          <RuleRow
            key={rule.key}
            rule={rule}
            index={i}
            count={draft.rules.length}
            problems={problems}
            disabled={disabled}
            onChange={(next) => changeRules(draft.rules.map((other) => (other === rule ? { ...rule, ...next } : other)))}
            onMove={(by) => changeRules(moved(draft.rules, i, by))}
            onRemove={() => changeRules(draft.rules.filter((other) => other !== rule))}
          />
        ))}
        <li className="flex items-start gap-3 px-3.5 py-3">
          {!disabled && (
            <Button
              className="mt-6.5"
              disabled={draft.rules.length >= 50}
              onClick={() => changeRules([...draft.rules, newRule()])}
            >
              <Plus aria-hidden /> Add a rule
            </Button>
          )}
          <span className="flex-1" />
          <Field label="Settles after, minutes" className="w-40" error={problems.settleMinutes}>
            {(control) => (
              <Input
                {...control}
                inputMode="decimal"
                autoComplete="off"
                className="text-right tabular-nums"
                readOnly={disabled}
                value={draft.settleMinutes}
                onChange={(event) => change({ settleMinutes: event.target.value })}
              />
            )}
          </Field>
          <Field label="Keep of the rest, %" className="w-36" error={problems.rest}>
            {(control) => (
              <Input
                {...control}
                inputMode="decimal"
                autoComplete="off"
                className="text-right tabular-nums"
                readOnly={disabled}
                value={draft.rest}
                onChange={(event) => change({ rest: event.target.value })}
              />
            )}
          </Field>
        </li>
      </ol>
      <div className="flex items-center gap-2">
        {!disabled && (
          <Button type="submit" variant="primary" busy={save.isPending}>
            Save
          </Button>
        )}
        <Button
          busy={preview.isPending}
          onClick={() => {
            const settings = read();
            if (settings) preview.mutate(settings);
          }}
        >
          Try on the last day
        </Button>
        {disabled && <span className="text-faint text-sm">Only administrators can change the rules.</span>}
      </div>
      {(save.error ?? preview.error) && (
        <Callout tone="danger" role="alert">
          {(save.error ?? preview.error)?.message}
        </Callout>
      )}
      {preview.data && (
        <section aria-label="Preview" aria-live="polite">
          <PreviewResult preview={preview.data} />
        </section>
      )}
      <ConfirmDialog
        open={asking !== undefined}
        onOpenChange={(open) => !open && setAsking(undefined)}
        danger
        title="Drop traces from now on?"
        description="What the rules do not keep is deleted for good once it has settled, and no longer counts in metrics. Traces that are here now stay, and so does everything that somebody bookmarked, shared, commented, scored, queued or put into a dataset."
        action="Switch on"
        onConfirm={async () => {
          if (asking) await write(asking);
        }}
      />
    </form>
  );
}
