import { Plus, X } from 'lucide-react';
import { Button, IconButton } from '../../ui/button.tsx';
import { Input } from '../../ui/input.tsx';
import { Select } from '../../ui/select.tsx';
import { addTier, conditionInWords, OPERATORS, type Operator, type TierDraft } from './model-draft.ts';
import type { ModelPartProps } from './model-prices.tsx';

/** Columns of other prices that hold on a condition; the first one that holds wins, else the default. */
export function ModelTiers({ draft, onChange, problems }: ModelPartProps) {
  const { tiers } = draft;
  const others = tiers.slice(1);
  const set = (key: number, part: Partial<TierDraft>) =>
    onChange({ ...draft, tiers: tiers.map((tier) => (tier.key === key ? { ...tier, ...part } : tier)) });
  return (
    <fieldset>
      <legend className="mb-1.5 font-medium text-fg text-sm">Tiers</legend>
      <p className="mb-2 text-faint text-sm">
        {others.length === 0
          ? 'One price for all. A tier is another price on a condition: for prompts of more than 200,000 tokens, say.'
          : 'The first whose condition holds decides. Usage is the sum of the types that the pattern fits.'}
      </p>
      {others.map((tier) => (
        <div key={tier.key} className="mb-2 flex flex-wrap items-center gap-2">
          <Input
            aria-label={`Name of ${tier.name || 'the tier'}`}
            className="w-32 shrink-0"
            required
            maxLength={100}
            autoComplete="off"
            value={tier.name}
            onChange={(event) => set(tier.key, { name: event.target.value })}
          />
          {tier.foreign ? (
            <p className="min-w-0 flex-1 truncate text-muted" title={tier.foreign.map(conditionInWords).join(' and ')}>
              when {tier.foreign.map(conditionInWords).join(' and ')}
            </p>
          ) : (
            <>
              <span className="text-muted">when usage like</span>
              <Input
                aria-label={`Usage of ${tier.name}`}
                className="w-28 shrink-0 font-mono text-sm"
                required
                maxLength={200}
                autoComplete="off"
                spellCheck={false}
                value={tier.pattern}
                onChange={(event) => set(tier.key, { pattern: event.target.value })}
              />
              <Select
                label={`Comparison of ${tier.name}`}
                className="w-16"
                value={tier.operator}
                onValueChange={(operator) => set(tier.key, { operator })}
                options={(Object.keys(OPERATORS) as Operator[]).map((value) => ({ value, label: OPERATORS[value] }))}
              />
              <Input
                aria-label={`Amount of ${tier.name}`}
                aria-invalid={problems.has(`value.${tier.key}`) || undefined}
                className="w-28 shrink-0"
                inputMode="decimal"
                autoComplete="off"
                value={tier.value}
                onChange={(event) => set(tier.key, { value: event.target.value })}
              />
            </>
          )}
          <IconButton
            label={`Remove ${tier.name || 'the tier'}`}
            className="ml-auto"
            onClick={() => onChange({ ...draft, tiers: tiers.filter(({ key }) => key !== tier.key) })}
          >
            <X aria-hidden />
          </IconButton>
          {problems.has(`value.${tier.key}`) && (
            <p role="alert" className="w-full text-danger text-sm">
              The amount must be a number.
            </p>
          )}
        </div>
      ))}
      <Button size="sm" onClick={() => onChange(addTier(draft))}>
        <Plus aria-hidden /> Add a tier
      </Button>
    </fieldset>
  );
}
