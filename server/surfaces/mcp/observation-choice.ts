import { invalidRequest } from '../../lib/errors.ts';
import { fieldsOfGroup, OBSERVATION_GROUPS, PRICE_FIELDS } from '../langfuse/observation-fields.ts';

/** Fields by the group that reads them, as the HTTP route makes them; prices of the model come with the group `model`. */
export const FIELDS_BY_GROUP: ReadonlyMap<string, readonly string[]> = new Map(
  OBSERVATION_GROUPS.map((group) => [group, [...fieldsOfGroup(group), ...(group === 'model' ? PRICE_FIELDS : [])]]),
);

const GROUP_OF = new Map([...FIELDS_BY_GROUP].flatMap(([group, fields]) => fields.map((field) => [field, group] as const)));

/** What rows of a list say unless something else is asked for: enough to choose a step by. */
export const DEFAULT_FIELDS: readonly string[] = [
  'id',
  'traceId',
  'parentObservationId',
  'type',
  'name',
  'level',
  'statusMessage',
  'startTime',
  'endTime',
  'latency',
  'providedModelName',
  'usageDetails',
  'totalCost',
  'userId',
  'sessionId',
  'environment',
];

/** Fields of any length. */
export const LARGE_FIELDS = ['input', 'output', 'metadata'] as const;

export interface Choice {
  fields: readonly string[];
  /** What must be read for them. */
  groups: readonly string[];
}

/** @param asked names, or `*` for all @throws AppError 400 that names an unknown field */
export function chooseFields(asked: readonly string[] | undefined, otherwise: readonly string[]): Choice {
  const names = asked === undefined || asked.length === 0 ? otherwise : asked;
  const fields = names.includes('*') ? [...GROUP_OF.keys()] : [...new Set(names)];
  const unknown = fields.filter((field) => !GROUP_OF.has(field));
  if (unknown.length > 0) {
    throw invalidRequest(
      `fields: Unknown ${unknown.map((field) => `"${field}"`).join(', ')}. Known: *, ${[...GROUP_OF.keys()].join(', ')}.`,
    );
  }
  return { fields, groups: [...new Set(fields.map((field) => GROUP_OF.get(field)!))] };
}

export const isLarge = ({ fields }: Choice): boolean => LARGE_FIELDS.some((field) => fields.includes(field));

/** Only the chosen fields of what was read. */
export const pick = (observation: Record<string, unknown>, { fields }: Choice): Record<string, unknown> =>
  Object.fromEntries(fields.map((field) => [field, observation[field]]));
