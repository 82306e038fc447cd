import { BLOB_EXPORT_FIELD_GROUPS, type BlobExportFieldGroup, type BlobExportSource } from '../../../contract/blob-export.ts';
import { type Changes, changedObservations, changedScores, changedTraces } from '../../query/changed-facts.ts';
import { readTraceFacts } from '../../query/read-traces.ts';
import type { AnalyticsReader } from '../../store/analytics/port.ts';
import type { ObservationRow } from '../../store/analytics/rows.ts';
import type { Table } from './formats.ts';
import { type OfProject, SCORE_FIELDS, STEP_FIELDS, type Step, TRACE_FIELDS } from './records.ts';

/** Names of the folders that files go to. */
export type TableName = 'traces' | 'observations' | 'observations_v2' | 'scores';

/** The tables of a source: steps as they came, or (v2) with what their traces say. */
export const TABLES_OF: Record<BlobExportSource, readonly TableName[]> = {
  LEGACY_TRACES_OBSERVATIONS: ['traces', 'observations', 'scores'],
  OBSERVATIONS_V2: ['observations_v2', 'scores'],
  LEGACY_TRACES_AND_ENRICHED_OBSERVATIONS: ['traces', 'observations', 'observations_v2', 'scores'],
};

/** A table's rows that were written in a span of time. @param groups columns of `observations_v2`; null for all */
export function changedTable(
  reader: AnalyticsReader,
  projectId: string,
  name: TableName,
  changes: Changes,
  groups: readonly BlobExportFieldGroup[] | null,
): Table<never> {
  switch (name) {
    case 'traces':
      return { fields: TRACE_FIELDS, batches: ofProject(projectId, changedTraces(reader, projectId, changes)) } as Table<never>;
    case 'scores':
      return { fields: SCORE_FIELDS, batches: ofProject(projectId, changedScores(reader, projectId, changes)) } as Table<never>;
    case 'observations':
      return {
        fields: stepFields(BLOB_EXPORT_FIELD_GROUPS.filter((group) => group !== 'trace_context')),
        batches: alone(changedObservations(reader, projectId, changes)),
      } as Table<never>;
    case 'observations_v2':
      return {
        fields: stepFields(groups ?? BLOB_EXPORT_FIELD_GROUPS),
        batches: withTraces(reader, projectId, changedObservations(reader, projectId, changes)),
      } as Table<never>;
  }
}

/** Fields of the chosen groups; the core is always there (contract §1.3). */
export const stepFields = (groups: readonly BlobExportFieldGroup[]) =>
  BLOB_EXPORT_FIELD_GROUPS.filter((group) => group === 'core' || groups.includes(group)).flatMap((group) => STEP_FIELDS[group]);

export async function* ofProject<Row>(
  projectId: string,
  batches: AsyncIterable<readonly Row[]>,
): AsyncGenerator<OfProject<Row>[]> {
  for await (const rows of batches) yield rows.map((row) => ({ projectId, row }));
}

async function* alone(batches: AsyncIterable<readonly ObservationRow[]>): AsyncGenerator<Step[]> {
  for await (const rows of batches) yield rows.map((row) => ({ row, trace: undefined }));
}

/** Steps with the folds of their traces. */
export async function* withTraces(
  reader: AnalyticsReader,
  projectId: string,
  batches: AsyncIterable<readonly ObservationRow[]>,
): AsyncGenerator<Step[]> {
  for await (const rows of batches) {
    const traces = await readTraceFacts(reader, projectId, [...new Set(rows.map(({ trace_id }) => trace_id))]);
    yield rows.map((row) => ({ row, trace: traces.get(row.trace_id) }));
  }
}
