import { Plus, X } from 'lucide-react';
import { Button, IconButton } from '../../ui/button.tsx';
import { Input } from '../../ui/input.tsx';
import { addRow, type Draft, type PriceRow, UNITS } from './model-draft.ts';

export interface ModelPartProps {
  draft: Draft;
  onChange(draft: Draft): void;
  /** By field: see `givenBy`. */
  problems: Map<string, string>;
}

/** A table of prices: a row for each usage type, a column for each tier. */
export function ModelPrices({ draft, onChange, problems }: ModelPartProps) {
  const { tiers, rows } = draft;
  const set = (key: number, part: Partial<PriceRow>) =>
    onChange({ ...draft, rows: rows.map((row) => (row.key === key ? { ...row, ...part } : row)) });
  const said = [...problems].filter(([field]) => /^(rows|price\.|usageType\.)/.test(field)).map(([, problem]) => problem);
  return (
    <fieldset>
      <legend className="mb-1.5 font-medium text-fg text-sm">
        Prices <span className="font-normal text-muted">in {UNITS[draft.unit].per}</span>
      </legend>
      <div className="overflow-x-auto">
        <table className="w-full">
          <thead className="text-left text-muted text-xs">
            <tr>
              <th scope="col" className="min-w-36 pr-2 pb-1 font-medium">
                Usage
              </th>
              {tiers.map((tier) => (
                <th key={tier.key} scope="col" className="max-w-32 min-w-24 truncate pr-2 pb-1 font-medium">
                  {tier.name}
                </th>
              ))}
              <th scope="col" className="w-7">
                <span className="sr-only">Remove</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row, index) => (
              <tr key={row.key}>
                <td className="pr-2 pb-2">
                  <Input
                    aria-label={`Usage ${index + 1}`}
                    aria-invalid={problems.has(`usageType.${row.key}`) || undefined}
                    className="font-mono text-sm"
                    placeholder="input_cached_tokens"
                    autoComplete="off"
                    spellCheck={false}
                    value={row.usageType}
                    onChange={(event) => set(row.key, { usageType: event.target.value })}
                  />
                </td>
                {tiers.map((tier) => (
                  <td key={tier.key} className="pr-2 pb-2">
                    <Input
                      aria-label={`Price of ${row.usageType || `usage ${index + 1}`}${tiers.length > 1 ? `, ${tier.name}` : ''}`}
                      aria-invalid={problems.has(`price.${row.key}.${tier.key}`) || undefined}
                      inputMode="decimal"
                      placeholder="0.00"
                      autoComplete="off"
                      value={row.prices[tier.key] ?? ''}
                      onChange={(event) => set(row.key, { prices: { ...row.prices, [tier.key]: event.target.value } })}
                    />
                  </td>
                ))}
                <td className="pb-2">
                  <IconButton
                    label={`Remove ${row.usageType || `usage ${index + 1}`}`}
                    disabled={rows.length === 1}
                    onClick={() => onChange({ ...draft, rows: rows.filter(({ key }) => key !== row.key) })}
                  >
                    <X aria-hidden />
                  </IconButton>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {said.length > 0 && (
        <p role="alert" className="mb-2 text-danger text-sm">
          {[...new Set(said)].join(' ')}
        </p>
      )}
      <Button size="sm" onClick={() => onChange(addRow(draft))}>
        <Plus aria-hidden /> Add a usage
      </Button>
    </fieldset>
  );
}
