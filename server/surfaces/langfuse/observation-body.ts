import { ExactNumber } from '../../../contract/json/exact-number.ts';
import type { FindPrices } from '../../query/present-observation.ts';
import { isoOf, isoOrNull, metadataOf, objectOf, orNull, parsedText } from '../../query/stored-values.ts';
import type { ObservationRow } from '../../store/analytics/rows.ts';

/** USD per unit by usage type of a model's default tier, or null. */
export type PricesOfModel = (row: ObservationRow) => Record<string, number> | null;

/** Looks up the default prices of all models in `rows`, each once. */
export async function loadPrices(
  findPrices: FindPrices,
  projectId: string,
  rows: readonly ObservationRow[],
): Promise<PricesOfModel> {
  const ids = [...new Set(rows.map(({ price_model_id }) => price_model_id).filter((id) => id !== ''))];
  const prices = new Map(await Promise.all(ids.map(async (id) => [id, await findPrices(projectId, id, '')] as const)));
  return (row) => prices.get(row.price_model_id) ?? null;
}

const seconds = (from: number, to: number | null) => (to === null ? null : (to - from) / 1e6);

/** Sum of the parts whose name contains `word`; null when there is none. */
function sumOf(details: Record<string, number>, word: string): number | null {
  const parts = Object.entries(details).filter(([name]) => name.includes(word));
  return parts.length === 0 ? null : parts.reduce((sum, [, value]) => sum + value, 0);
}

/** `ObservationsView` with the flat numbers of the legacy API (contract §1.3). Input, output and metadata are parsed JSON. */
export function observationBody(projectId: string, row: ObservationRow, prices: Record<string, number> | null) {
  const input = sumOf(row.usage_details, 'input') ?? 0;
  const output = sumOf(row.usage_details, 'output') ?? 0;
  const total = row.usage_details.total ?? 0;
  return {
    id: row.id,
    traceId: orNull(row.trace_id),
    projectId,
    type: row.type,
    name: orNull(row.name),
    environment: row.environment,
    parentObservationId: orNull(row.parent_id),
    startTime: isoOf(row.start_time),
    endTime: isoOrNull(row.end_time),
    completionStartTime: isoOrNull(row.completion_start_time),
    level: row.level,
    statusMessage: orNull(row.status_message),
    version: orNull(row.version),
    input: parsedText(row.input),
    output: parsedText(row.output),
    metadata: metadataOf(row.metadata),
    model: orNull(row.model),
    modelParameters: modelParameters(row),
    ...promptLink(row),
    usageDetails: row.usage_details,
    costDetails: row.cost_details,
    usage: { unit: 'TOKENS', input, output, total },
    unit: 'TOKENS',
    promptTokens: input,
    completionTokens: output,
    totalTokens: total,
    modelId: orNull(row.price_model_id),
    inputPrice: prices?.input ?? null,
    outputPrice: prices?.output ?? null,
    totalPrice: prices?.total ?? null,
    calculatedInputCost: sumOf(row.cost_details, 'input'),
    calculatedOutputCost: sumOf(row.cost_details, 'output'),
    calculatedTotalCost: row.cost_details.total ?? row.total_cost,
    usagePricingTierId: orNull(row.price_tier_id),
    usagePricingTierName: orNull(row.price_tier_name),
    latency: seconds(row.start_time, row.end_time),
    timeToFirstToken: seconds(row.start_time, row.completion_start_time),
    createdAt: isoOf(row.created_at),
    updatedAt: isoOf(row.updated_at),
  };
}

/** A prompt shows on a step only if that version exists (contract §9.13). */
export const promptLink = (row: ObservationRow) =>
  row.prompt_id === ''
    ? { promptId: null, promptName: null, promptVersion: null }
    : { promptId: row.prompt_id, promptName: orNull(row.prompt_name), promptVersion: row.prompt_version };

/** Numbers stay numbers, booleans become text, lists and objects JSON text (contract §9.10). */
export function modelParameters(row: ObservationRow): Record<string, string | number | ExactNumber | null> {
  return Object.fromEntries(Object.entries(objectOf(row.model_parameters)).map(([name, value]) => [name, plain(value)]));
}

function plain(value: unknown): string | number | ExactNumber | null {
  if (value === null || typeof value === 'number' || typeof value === 'string' || value instanceof ExactNumber) return value;
  return typeof value === 'boolean' ? String(value) : JSON.stringify(value);
}
