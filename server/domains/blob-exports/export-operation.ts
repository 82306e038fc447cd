import { type EXPORT_FORMATS, exportFacts } from '../../../contract/api/export.ts';
import { checkCondition } from '../../../contract/filter/columns.ts';
import type { FilterCondition } from '../../../contract/filter/condition.ts';
import type { ParsedInputOf } from '../../../contract/operation.ts';
import { Download } from '../../lib/download.ts';
import { invalidRequest } from '../../lib/errors.ts';
import { type Implemented, implement } from '../../lib/implement.ts';
import { type WholeTrace, wholeTracesInPortions } from '../../query/changed-facts.ts';
import { microsOf } from '../../query/conditions.ts';
import { listObservationRows } from '../../query/list-observations.ts';
import { listScores } from '../../query/list-scores.ts';
import { listTraces } from '../../query/list-traces.ts';
import type { AnalyticsReader } from '../../store/analytics/port.ts';
import { CONTENT_TYPES, fileOf, type Table } from './formats.ts';
import { SCORE_FIELDS, STEP_FIELDS, TRACE_FIELDS } from './records.ts';
import { ofProject, withTraces } from './tables.ts';

type Input = ParsedInputOf<typeof exportFacts>;

const FILE_TYPES = { jsonl: 'JSONL', csv: 'CSV' } as const satisfies Record<(typeof EXPORT_FORMATS)[number], string>;

/** Rows that are asked for at once; of traces their ids, what they hold is read in portions. */
const PAGE = { traces: 1_000, observations: 100, scores: 500 };

/** Streams what a filter leaves, a page at a time, whatever the size of the whole. */
export const exportOperation = (reader: AnalyticsReader): Implemented =>
  implement(exportFacts, async (input) => {
    for (const condition of input.filter) {
      const problem = checkCondition(input.table, condition);
      if (problem) throw invalidRequest(problem, { field: 'filter' });
    }
    if (input.from !== undefined && input.to !== undefined && microsOf(input.from) > microsOf(input.to)) {
      throw invalidRequest('`from` is later than `to`.', { field: 'from' });
    }
    const type = FILE_TYPES[input.format];
    const content = fileOf(tableOf(reader, input), type, { compressed: false, forPeople: true });
    return new Download(CONTENT_TYPES[type], `${input.table}.${input.format}`, content);
  });

function tableOf(reader: AnalyticsReader, input: Input): Table<never> {
  const { projectId, table } = input;
  switch (table) {
    case 'traces':
      return { fields: TRACE_FIELDS, batches: ofProject(projectId, traces(reader, input)) } as Table<never>;
    case 'observations': {
      const fields = Object.values(STEP_FIELDS).flat();
      return { fields, batches: withTraces(reader, projectId, observations(reader, input)) } as Table<never>;
    }
    case 'scores':
      return { fields: SCORE_FIELDS, batches: ofProject(projectId, scores(reader, input)) } as Table<never>;
  }
}

async function* traces(reader: AnalyticsReader, input: Input): AsyncGenerator<WholeTrace[]> {
  let cursor: string | null | undefined;
  do {
    const page = await listTraces(reader, input.projectId, scopeOf(input), { limit: PAGE.traces, cursor: cursor ?? undefined });
    yield* wholeTracesInPortions(
      reader,
      input.projectId,
      page.data.map(({ id }) => id),
    );
    cursor = page.nextCursor;
  } while (cursor);
}

async function* observations(reader: AnalyticsReader, input: Input) {
  let cursor: string | null | undefined;
  do {
    const request = { limit: PAGE.observations, cursor: cursor ?? undefined };
    const page = await listObservationRows(reader, input.projectId, scopeOf(input), request);
    yield page.rows;
    cursor = page.nextCursor;
  } while (cursor);
}

async function* scores(reader: AnalyticsReader, input: Input) {
  const at = (operator: '>=' | '<', value: string | undefined): FilterCondition[] =>
    value === undefined ? [] : [{ type: 'datetime', column: 'timestamp', operator, value }];
  const filter = [...input.filter, ...at('>=', input.from), ...at('<', input.to)];
  let cursor: string | null | undefined;
  do {
    const page = await listScores(reader, input.projectId, { filter }, { limit: PAGE.scores, cursor: cursor ?? undefined });
    yield page.scores;
    cursor = page.nextCursor;
  } while (cursor);
}

const scopeOf = ({ from, to, filter }: Input) => ({
  from: from === undefined ? undefined : microsOf(from),
  to: to === undefined ? undefined : microsOf(to),
  filter,
});
