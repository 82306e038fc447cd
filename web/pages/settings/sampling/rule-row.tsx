import { ArrowDown, ArrowUp, Trash2 } from 'lucide-react';
import { Button } from '../../../ui/button.tsx';
import { Field } from '../../../ui/field.tsx';
import { Input } from '../../../ui/input.tsx';
import { Select } from '../../../ui/select.tsx';
import type { MatchChoice, Problems, RuleDraft } from './draft.ts';

const CHOICES: { value: MatchChoice; label: string; hint?: string }[] = [
  { value: 'errors', label: 'Any step failed' },
  { value: 'slow-90', label: 'Slow: slowest 10 %', hint: 'Of the traces of the same name over the last day' },
  { value: 'slow-95', label: 'Slow: slowest 5 %', hint: 'Of the traces of the same name over the last day' },
  { value: 'slow-99', label: 'Slow: slowest 1 %', hint: 'Of the traces of the same name over the last day' },
  { value: 'filter', label: 'Fits a filter' },
];

export interface RuleRowProps {
  rule: RuleDraft;
  index: number;
  count: number;
  problems: Problems;
  disabled: boolean;
  onChange(change: Partial<RuleDraft>): void;
  onMove(by: 1 | -1): void;
  onRemove(): void;
}

/** One rule of a project's sampling, in its place. */
export function RuleRow({ rule, index, count, problems, disabled, onChange, onMove, onRemove }: RuleRowProps) {
  const problem = (field: string) => problems[`rules.${index}.${field}`];
  const called = rule.name.trim() || `rule ${index + 1}`;
  return (
    <li className="flex items-start gap-3 border-line border-b px-3.5 py-3">
      <span className="mt-8 w-4 shrink-0 text-right text-faint tabular-nums" aria-hidden>
        {index + 1}
      </span>
      <Field label="Name" className="w-40 shrink-0" error={problem('name')}>
        {(control) => (
          <Input
            {...control}
            maxLength={100}
            autoComplete="off"
            readOnly={disabled}
            value={rule.name}
            onChange={(event) => onChange({ name: event.target.value })}
          />
        )}
      </Field>
      <Field label="Of traces where" className="w-44 shrink-0">
        {({ id }) => (
          <Select
            id={id}
            className="w-full"
            disabled={disabled}
            value={rule.match}
            options={CHOICES}
            onValueChange={(match) => onChange({ match })}
          />
        )}
      </Field>
      {rule.match === 'filter' ? (
        <Field label="Filter" className="min-w-40 flex-1" error={problem('filter')}>
          {(control) => (
            <Input
              {...control}
              className="font-mono text-sm"
              placeholder="user:ada tag:beta score.quality:<0.5"
              autoComplete="off"
              spellCheck={false}
              readOnly={disabled}
              value={rule.filter}
              onChange={(event) => onChange({ filter: event.target.value })}
            />
          )}
        </Field>
      ) : (
        <span className="flex-1" />
      )}
      <Field label="Keep, %" className="w-20 shrink-0" error={problem('keep')}>
        {(control) => (
          <Input
            {...control}
            inputMode="decimal"
            autoComplete="off"
            className="text-right tabular-nums"
            readOnly={disabled}
            value={rule.keep}
            onChange={(event) => onChange({ keep: event.target.value })}
          />
        )}
      </Field>
      {!disabled && (
        <span className="mt-6.5 flex shrink-0">
          <Button variant="ghost" size="icon" aria-label={`Move ${called} up`} disabled={index === 0} onClick={() => onMove(-1)}>
            <ArrowUp aria-hidden />
          </Button>
          <Button
            variant="ghost"
            size="icon"
            aria-label={`Move ${called} down`}
            disabled={index === count - 1}
            onClick={() => onMove(1)}
          >
            <ArrowDown aria-hidden />
          </Button>
          <Button variant="ghost" size="icon" aria-label={`Remove ${called}`} onClick={onRemove}>
            <Trash2 aria-hidden />
          </Button>
        </span>
      )}
    </li>
  );
}
