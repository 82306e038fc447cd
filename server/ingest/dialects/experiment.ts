import type { ObservationRow } from '../../store/analytics/rows.ts';
import type { Attributes } from '../otlp/decoded.ts';
import { parseObject, parseOrKeep, setKey, toText } from './span.ts';
import { isoToMicros } from './time.ts';

/** Fills the experiment's columns from `langfuse.experiment.*` (contract §3.9). */
export function readExperiment(row: ObservationRow, attributes: Attributes): void {
  const text = (name: string) => toText(attributes.get(`langfuse.experiment.${name}`));
  row.experiment_id = text('id');
  row.experiment_name = text('name');
  row.experiment_description = text('description');
  row.experiment_metadata = metadata(attributes, 'langfuse.experiment.metadata');
  row.experiment_dataset_id = text('dataset.id');
  row.experiment_item_id = text('item.id');
  row.experiment_item_version = isoToMicros(text('item.version'));
  row.experiment_item_metadata = metadata(attributes, 'langfuse.experiment.item.metadata');
  row.experiment_item_root_observation_id = text('item.root_observation_id');
  row.experiment_item_expected_output = text('item.expected_output');
}

/** A JSON object in one attribute, and one attribute per key on top of it, as JSON text; empty when there is neither. */
function metadata(attributes: Attributes, key: string): string {
  const whole = parseObject(attributes.get(key));
  const object: Record<string, unknown> = { ...whole };
  let any = whole !== undefined;
  for (const [name, value] of attributes) {
    if (!name.startsWith(`${key}.`)) continue;
    const entry = name.slice(key.length + 1);
    setKey(object, entry, parseOrKeep(value));
    any = true;
  }
  return any ? toText(object) : '';
}
