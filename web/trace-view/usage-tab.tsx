import { formatCost, formatCount, formatPerMillion, NOTHING } from '../../contract/format.ts';
import { compactJson } from '../../contract/json/compact-json.ts';
import type { ObservationDetail } from '../../contract/observation.ts';
import { Badge } from '../ui/badge.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { LongText } from '../ui/long-text.tsx';
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from '../ui/table.tsx';
import { Tooltip } from '../ui/tooltip.tsx';
import { DetailSection, Fact, FactList } from './section.tsx';
import { usageRows } from './usage-rows.ts';

/** Usage and cost by type, with the price that was applied. */
export function UsageTab({ step }: { step: ObservationDetail }) {
  const { price } = step;
  const rows = usageRows(step.usageDetails, step.costDetails, price.prices);
  const parameters = Object.keys(step.modelParameters).length > 0;
  if (rows.length === 0 && step.totalCost === null && !step.model && !parameters) {
    return <EmptyState title="No usage">Tokens and cost stand here for steps that call a model.</EmptyState>;
  }
  return (
    <>
      <DetailSection
        title="Usage and cost"
        actions={
          <>
            {price.usageEstimated && (
              <Tooltip content="The sender gave no usage: the tokens were counted here from input and output.">
                <Badge tone="warning" tabIndex={0}>
                  estimated
                </Badge>
              </Tooltip>
            )}
            {step.repeat && (
              <Tooltip content={repeatInWords(step.repeat)}>
                <Badge tone="warning" tabIndex={0}>
                  counted elsewhere
                </Badge>
              </Tooltip>
            )}
            {price.provided && (
              <Tooltip content="The sender gave the cost itself; no price was applied.">
                <Badge tone="accent" tabIndex={0}>
                  provided
                </Badge>
              </Tooltip>
            )}
          </>
        }
      >
        {rows.length === 0 ? (
          <p className="text-muted">
            {step.totalCost === null
              ? 'No usage was recorded.'
              : `${formatCost(step.totalCost)} in total; no usage by type was recorded.`}
          </p>
        ) : (
          <Table aria-label="Usage and cost by type">
            <TableHead>
              <tr>
                <TableHeader>Type</TableHeader>
                <TableHeader className="text-right">Units</TableHeader>
                <TableHeader className="text-right">Price per 1M</TableHeader>
                <TableHeader className="text-right">Cost</TableHeader>
              </tr>
            </TableHead>
            <TableBody>
              {rows.map((row) => (
                <TableRow key={row.type}>
                  <TableCell className="h-8 font-mono text-sm">{row.type}</TableCell>
                  <TableCell className="h-8 text-right">{row.units === null ? NOTHING : formatCount(row.units)}</TableCell>
                  <TableCell className="h-8 text-right text-muted">
                    {row.price === null || price.provided ? NOTHING : formatPerMillion(row.price)}
                  </TableCell>
                  <TableCell className="h-8 text-right">{formatCost(row.cost)}</TableCell>
                </TableRow>
              ))}
              <TableRow className="bg-sunken font-medium">
                <TableCell className="h-8">Total</TableCell>
                <TableCell className="h-8 text-right">{formatCount(step.totalTokens)}</TableCell>
                <TableCell className="h-8" />
                <TableCell className="h-8 text-right">{formatCost(step.totalCost)}</TableCell>
              </TableRow>
            </TableBody>
          </Table>
        )}
      </DetailSection>
      <DetailSection title="Price">
        <FactList>
          <Fact name="Model">{step.model ?? NOTHING}</Fact>
          <Fact name="Priced as">
            {price.provided
              ? 'cost given by the sender'
              : price.modelName
                ? `${price.modelName}${price.tierName ? `, tier ${price.tierName}` : ''}`
                : 'no price known for this model'}
          </Fact>
        </FactList>
      </DetailSection>
      {parameters && (
        <DetailSection title="Model parameters">
          <LongText
            text={compactJson(step.modelParameters)}
            as="json"
            label="Model parameters"
            className="rounded-md border border-line bg-surface px-3 py-2"
          />
        </DetailSection>
      )}
    </>
  );
}

/** What is left out of the trace's sums, and why. */
function repeatInWords({ usage, cost, of, reason }: NonNullable<ObservationDetail['repeat']>): string {
  const what = usage && cost ? 'Tokens and cost are' : usage ? 'The tokens are' : 'The cost is';
  const where = of === 'descendants' ? 'steps below it' : `step ${of}`;
  return `${what} what the sender said. They are counted at ${where} and not again here (${reason}).`;
}
