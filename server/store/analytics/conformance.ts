import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { uniqueMicros } from '../../lib/clock.ts';
import type { AnalyticsStore } from './port.ts';
import { type EventRow, emptyObservation, type ObservationRow, type ScoreRow } from './rows.ts';

/** A store that can be closed and opened again over the same data. */
export interface StoreUnderTest {
  open(): Promise<AnalyticsStore>;
  cleanUp(): Promise<void>;
}

/** 2026-03-01T10:15:30.123456Z */
const START = Date.UTC(2026, 2, 1, 10, 15, 30, 123) * 1000 + 456;
const HOUR = 3_600_000_000;

const observation = (project: string, trace: string, id: string, more: Partial<ObservationRow> = {}): ObservationRow => ({
  ...emptyObservation(project, trace, id),
  start_time: START,
  row_version: uniqueMicros(),
  ...more,
});

const score = (project: string, id: string, more: Partial<ScoreRow> = {}): ScoreRow => ({
  project_id: project,
  id,
  timestamp: START,
  name: 'quality',
  data_type: 'NUMERIC',
  source: 'API',
  value: 0.5,
  string_value: '',
  comment: '',
  metadata: {},
  trace_id: '',
  observation_id: '',
  session_id: '',
  dataset_run_id: '',
  execution_trace_id: '',
  config_id: '',
  queue_id: '',
  author_user_id: '',
  environment: 'default',
  via: 'api',
  api_key: '',
  created_at: START,
  updated_at: START,
  row_version: uniqueMicros(),
  is_deleted: 0,
  ...more,
});

const event = (project: string, entity: EventRow['entity'], id: string, more: Partial<EventRow> = {}): EventRow => ({
  project_id: project,
  entity,
  entity_id: id,
  event_id: `event-of-${id}`,
  event_time: START,
  event_type: 'trace-create',
  body: '{}',
  api_key: 'pk',
  sdk_name: '',
  sdk_version: '',
  received_at: START,
  ...more,
});

/** A row with something in every column. */
const full = (project: string): ObservationRow => ({
  project_id: project,
  trace_id: 'trace-1',
  id: 'step-1',
  parent_id: 'step-0',
  type: 'GENERATION',
  kind: 'CLIENT',
  name: 'answer the customer',
  start_time: START,
  end_time: START + 1_234_567,
  completion_start_time: START + 1,
  level: 'WARNING',
  status_message: 'slow "down"\\',
  environment: 'prod',
  release: 'r-9',
  version: '1.2.3',
  model: 'gpt-4o',
  response_id: 'chatcmpl-1',
  model_parameters: '{"temperature":0.2}',
  usage_details: { input: 9_007_199_254_740_991, output: 0, input_cached_tokens: 12 },
  cost_details: { input: 0.000_000_125, total: 0.1 },
  total_cost: 0.1,
  input_tokens: 123_456_789_012,
  output_tokens: 7,
  total_tokens: 19,
  cost_provided: true,
  usage_estimated: true,
  repeats: 0,
  repeat_of: '',
  repeat_reason: '',
  price_model_id: 'm1',
  price_model_name: 'gpt-4o-2024',
  price_tier_id: 't1',
  price_tier_name: 'Standard',
  prompt_id: 'prompt',
  prompt_name: 'greeting',
  prompt_version: 2_147_483_647,
  input: '[{"role":"user","content":"wo ist meine Bestellung?"}]',
  output: "unterwegs, don't panic",
  logged_io: 'output',
  metadata: { 'resourceAttributes.service.name': 'shop', empty: '', "quote'd": 'x' },
  tool_definitions: { lookup: '{"description":"finds"}' },
  tool_calls: ['{"id":"1","arguments":"{\\"a\\":1}"}', ''],
  tool_call_names: ['lookup', 'lookup'],
  events: '[{"name":"retry"}]',
  links: '[{"traceId":"x"}]',
  trace_name: 'support',
  user_id: 'u1',
  session_id: 's1',
  tags: ['a', 'ü', "it's"],
  public: true,
  bookmarked: true,
  edited: ['tags'],
  trace_input: 'ti',
  trace_output: 'to',
  trace_metadata: { k: 'v' },
  is_app_root: true,
  experiment_id: 'e1',
  experiment_name: 'exp',
  experiment_description: 'd',
  experiment_metadata: '{"m":1}',
  experiment_dataset_id: 'ds',
  experiment_item_id: 'item',
  experiment_item_version: START - 1,
  experiment_item_metadata: '{}',
  experiment_item_root_observation_id: 'root',
  experiment_item_expected_output: 'yes',
  service_name: 'shop',
  service_version: '4',
  scope_name: 'langfuse-sdk',
  scope_version: '5',
  telemetry_sdk_language: 'python',
  via: 'otlp-http',
  sdk_name: 'python',
  sdk_version: '4.0.0',
  api_key: 'pk-lf-1',
  created_at: START + 5,
  updated_at: START + 6,
  row_version: 1_780_000_000_000_001,
  is_deleted: 0,
});

const TIMES = {
  observations: ['start_time', 'end_time', 'completion_start_time', 'experiment_item_version', 'created_at', 'updated_at'],
  scores: ['timestamp', 'created_at', 'updated_at'],
  events: ['event_time', 'received_at'],
};

/** Rows of a table as they were written: times as microseconds again. */
async function readRows<Row>(store: AnalyticsStore, table: keyof typeof TIMES, project: string, where = '1'): Promise<Row[]> {
  const times = TIMES[table].map((column) => `toUnixTimestamp64Micro(t.${column}) AS ${column}`).join(', ');
  return store.query<Row>(
    `SELECT t.* EXCEPT (${TIMES[table].join(', ')}), ${times} FROM ${table} AS t
     WHERE t.project_id = {project:String} AND ${where} ORDER BY ${table === 'events' ? 't.entity, t.entity_id, t.event_id' : 't.id'}`,
    { project },
  );
}

/** What every implementation of the port must do; run it on each engine. */
export function describeAnalyticsStore(engine: string, prepare: () => Promise<StoreUnderTest>): void {
  describe(`analytics store on ${engine}`, () => {
    let under: StoreUnderTest;
    let store: AnalyticsStore;
    let project = '';
    let projects = 0;

    beforeAll(async () => {
      under = await prepare();
      store = await under.open();
    });
    beforeEach(() => {
      project = `project-${projects++}`;
    });
    afterAll(async () => {
      await store?.close();
      await under?.cleanUp();
    });

    const ids = async (where: string, params: Record<string, unknown> = {}) =>
      (
        await store.query<{ id: string }>(
          `SELECT id FROM observations WHERE project_id = {project:String} AND ${where} ORDER BY id`,
          { project, ...params },
        )
      ).map(({ id }) => id);

    describe('writes', () => {
      it('every column of an observation, to the microsecond', async () => {
        await store.insert({ observations: [full(project)] });
        expect(await readRows<ObservationRow>(store, 'observations', project)).toEqual([full(project)]);
      });

      it('an observation with nothing in it', async () => {
        const row = observation(project, 't', 'o');
        await store.insert({ observations: [row] });
        expect(await readRows(store, 'observations', project)).toEqual([row]);
      });

      it('scores and events', async () => {
        const scores = [
          score(project, 'a', { value: null, data_type: 'TEXT', string_value: 'gut', metadata: { k: 'v' }, trace_id: 't' }),
          score(project, 'b', { value: -1.5e-9 }),
        ];
        const events = [event(project, 'trace', 't', { body: '{"name":"日本"}' })];
        await store.insert({ scores, events });
        expect(await readRows(store, 'scores', project)).toEqual(scores);
        expect(await readRows(store, 'events', project)).toEqual(events.map((row) => ({ ...row, received_at: START })));
      });

      it('nothing at all', async () => {
        await store.insert({});
        await store.insert({ observations: [], scores: [], events: [] });
        expect(await readRows(store, 'observations', project)).toEqual([]);
      });

      it('does not change or keep the rows that it is given', async () => {
        const row = Object.freeze(observation(project, 't', 'o', { metadata: Object.freeze({ a: 'b' }) }));
        await store.insert({ observations: Object.freeze([row]) as ObservationRow[] });
        expect(await ids('1')).toEqual(['o']);
      });

      it.each([
        ['quotes and backslashes', `' " \\ \\' \\\\ \` {a:String} ?`],
        ['line breaks and tabs', 'a\nb\r\nc\td\u0000e\u0008f'],
        ['every script', '退款 مرحبا Straße привет שלום 🎉👩‍👩‍👧 e\u0301'],
        ['line separators', 'a\u2028b\u2029c'],
        ['escapes that are text', '\\ud83d \\u0000 \\n'],
        ['a query', "'); DROP TABLE observations; --"],
      ])('text with %s', async (_, text) => {
        const row = observation(project, text, text, {
          name: text,
          input: text,
          metadata: { [text]: text },
          tags: [text],
          model: text,
        });
        await store.insert({ observations: [row] });
        expect(await readRows(store, 'observations', project)).toEqual([row]);
        expect(
          await ids('trace_id = {x:String} AND has(tags, {x:String}) AND metadata[{x:String}] = {x:String}', { x: text }),
        ).toEqual([text]);
      });

      it('half an emoji as the replacement character', async () => {
        await store.insert({
          observations: [observation(project, 't', 'o', { input: 'cut \ud83d', output: '\\\\ud83d \udc00!' })],
        });
        const [row] = await readRows<ObservationRow>(store, 'observations', project);
        expect(row).toMatchObject({ input: 'cut \ufffd', output: '\\\\ud83d \ufffd!' });
      });

      it('a text of 5 million characters', async () => {
        const text = '一二三四五'.repeat(1_000_000);
        await store.insert({ observations: [observation(project, 't', 'o', { input: text })] });
        const [row] = await store.query<{ input: string }>('SELECT input FROM observations WHERE project_id = {project:String}', {
          project,
        });
        expect(row!.input === text).toBe(true);
      });

      it('thousands of rows of a year at once', async () => {
        const rows = Array.from({ length: 3_000 }, (_, i) =>
          observation(project, `t${i % 10}`, `o${i}`, { start_time: START - i * 3 * HOUR }),
        );
        await store.insert({ observations: rows });
        const [count] = await store.query<{ n: number; oldest: number }>(
          'SELECT count() AS n, toUnixTimestamp64Micro(min(start_time)) AS oldest FROM observations WHERE project_id = {project:String}',
          { project },
        );
        expect(count).toEqual({ n: 3_000, oldest: START - 2_999 * 3 * HOUR });
      });

      it('from many callers at once', async () => {
        const writes = Array.from({ length: 20 }, (_, i) =>
          store.insert({ observations: [observation(project, `t${i}`, `o${i}`)] }),
        );
        await Promise.all(writes);
        expect(await ids('1')).toHaveLength(20);
      });

      it('a row that is none is refused, and the store goes on', async () => {
        const wrong = {
          ...observation(project, 't', 'wrong', { input: 'a secret' }),
          level: 'NOPE',
        } as unknown as ObservationRow;
        const failure = store.insert({ observations: [wrong] });
        await expect(failure).rejects.toThrow(/row of observations, column level/);
        await expect(failure).rejects.not.toThrow(/NOPE|secret/);
        await expect(failure).rejects.not.toMatchObject({ status: 503 });
        await store.insert({ observations: [observation(project, 't', 'right')] });
        expect(await ids('1')).toEqual(['right']);
      });
    });

    describe('identity and version', () => {
      it('the highest version wins, in whatever order it arrives', async () => {
        const [old, middle, newest] = ['a', 'b', 'c'].map((name) => observation(project, 't', 'o', { name }));
        for (const row of [middle!, newest!, old!]) await store.insert({ observations: [row] });
        expect(await readRows(store, 'observations', project)).toEqual([newest]);
      });

      it('a row sent twice is one', async () => {
        const row = observation(project, 't', 'o');
        await store.insert({ observations: [row, row] });
        await store.insert({ observations: [row] });
        expect(await ids('1')).toEqual(['o']);
      });

      it('the same id in another trace, project, or as the trace itself is another row', async () => {
        const other = `${project}-other`;
        await store.insert({
          observations: [
            observation(project, 'x', 'x'),
            observation(project, 'x', 'x', { type: 'TRACE' }),
            observation(project, 'y', 'x'),
            observation(other, 'x', 'x'),
          ],
        });
        expect(await ids('1')).toEqual(['x', 'x', 'x']);
        expect(await readRows(store, 'observations', other)).toHaveLength(1);
      });

      it('a tombstone removes an older version, a newer version comes back', async () => {
        const row = observation(project, 't', 'o');
        const tombstone = { ...row, row_version: uniqueMicros(), is_deleted: 1 as const };
        await store.insert({ observations: [tombstone] });
        await store.insert({ observations: [row] });
        expect(await ids('1')).toEqual([]);
        await store.insert({ observations: [observation(project, 't', 'o')] });
        expect(await ids('1')).toEqual(['o']);
      });

      it('skip indexes never bring an older version back', async () => {
        await store.insert({ observations: [observation(project, 't', 'o', { user_id: 'old', input: 'alpha' })] });
        await store.insert({ observations: [observation(project, 't', 'o', { user_id: 'new', input: 'beta' })] });
        expect(await ids("user_id = 'old'")).toEqual([]);
        expect(await ids("user_id = 'new'")).toEqual(['o']);
        expect(await ids("hasAllTokens(input, 'alpha')")).toEqual([]);
        expect(await ids("hasAllTokens(input, 'beta')")).toEqual(['o']);
      });

      it('a score has one row by id and day', async () => {
        await store.insert({ scores: [score(project, 's', { value: 1 })] });
        await store.insert({ scores: [score(project, 's', { value: 2, timestamp: START + HOUR })] });
        expect(await readRows<ScoreRow>(store, 'scores', project)).toMatchObject([{ value: 2, timestamp: START + HOUR }]);
      });

      it('of an event that is sent again the first arrival stays', async () => {
        const first = event(project, 'trace', 't');
        await store.insert({ events: [{ ...first, received_at: START + 9 }] });
        await store.insert({ events: [first] });
        await store.insert({ events: [{ ...first, received_at: START + 5 }] });
        expect(await readRows(store, 'events', project)).toEqual([first]);
      });
    });

    describe('reads', () => {
      it('an empty answer is an empty list', async () => {
        expect(await readRows(store, 'observations', project)).toEqual([]);
      });

      it('binds values of every kind', async () => {
        const [row] = await store.query(
          `SELECT {text:String} AS text, {int:Int64} AS int, {float:Float64} AS float, {yes:Bool} AS yes, {none:Nullable(String)} AS none,
                  {list:Array(String)} AS list, {map:Map(String, String)} AS map, {numbers:Array(UInt32)} AS numbers`,
          {
            text: "a'b\\c\nd\te{f}",
            int: -9_007_199_254_740_991,
            float: 0.1,
            yes: true,
            none: null,
            list: ["it's", 'a\\b', 'x\ny', '', 'ü退'],
            map: { "k'": 'v\t' },
            numbers: [1, 2],
          },
        );
        expect(row).toEqual({
          text: "a'b\\c\nd\te{f}",
          int: -9_007_199_254_740_991,
          float: 0.1,
          yes: true,
          none: null,
          list: ["it's", 'a\\b', 'x\ny', '', 'ü退'],
          map: { "k'": 'v\t' },
          numbers: [1, 2],
        });
      });

      it('thousands of bound values', async () => {
        const rows = Array.from({ length: 3 }, (_, i) => observation(project, 't', `o${i}`));
        await store.insert({ observations: rows });
        const many = [...Array.from({ length: 20_000 }, (_, i) => `no-such-observation-with-a-long-name-${i}`), 'o1'];
        expect(await ids('id IN {ids:Array(String)}', { ids: many })).toEqual(['o1']);
      });

      it('values of concurrent questions do not meet', async () => {
        const answers = await Promise.all(
          Array.from({ length: 60 }, (_, i) =>
            store.query<{ v: string; s: number }>('SELECT {v:String} AS v, sleep(0.01) AS s', { v: `v${i}` }),
          ),
        );
        expect(answers.map(([row]) => row!.v)).toEqual(Array.from({ length: 60 }, (_, i) => `v${i}`));
      });

      it('a value that is missing is an error, not an older question’s value', async () => {
        for (let i = 0; i < 8; i++) await store.query('SELECT {secret:String}', { secret: 'x' });
        for (let i = 0; i < 8; i++) await expect(store.query('SELECT {secret:String}')).rejects.toThrow(/secret/);
      });

      it('64-bit integers are numbers', async () => {
        expect(await store.query('SELECT toUInt64(9007199254740991) AS n, toInt64(-5) AS m, count() AS c')).toEqual([
          { n: 9_007_199_254_740_991, m: -5, c: 1 },
        ]);
      });

      it('settings hold for one question only', async () => {
        const threads = async (settings?: Record<string, number>) =>
          (await store.query<{ n: number }>("SELECT toInt64(getSetting('max_threads')) AS n", {}, settings))[0]!.n;
        const usual = await threads();
        expect(await threads({ max_threads: usual + 3 })).toBe(usual + 3);
        for (let i = 0; i < 8; i++) expect(await threads()).toBe(usual);
      });

      it('a wrong question says what is wrong and is not a 503', async () => {
        const failure = store.query('SELECT nonsense FROM observations');
        await expect(failure).rejects.toThrow(/nonsense/);
        await expect(failure).rejects.not.toMatchObject({ status: 503 });
      });

      it.each([
        ['Chinese', '我想申请退款，订单还没有发货', '退款', '发票'],
        ['Chinese within a sentence', '请帮我查询订单状态', '订单', '价格'],
        ['Arabic', 'أين طلبي من فضلك', 'طلبي', 'فاتورة'],
        ['German, any case', 'Die Straße ist gesperrt. GRÖSSE prüfen!', 'größe', 'gasse'],
        ['English, any case', 'Where is my Order #4711?', 'order 4711', 'refund'],
        ['Russian', 'Где мой заказ', 'ЗАКАЗ', 'возврат'],
      ])('finds words in %s', async (_, text, found, missing) => {
        await store.insert({
          observations: [observation(project, 't', 'in', { input: text }), observation(project, 't', 'out', { output: text })],
        });
        const search = (column: string, words: string) => ids(`hasAllTokens(${column}, {words:String})`, { words });
        expect(await search('input', found)).toEqual(['in']);
        expect(await search('output', found)).toEqual(['out']);
        expect(await search('input', missing)).toEqual([]);
      });

      it('finds words in names', async () => {
        await store.insert({ observations: [observation(project, 't', 'o', { name: 'agent.plan Retrieve-Documents' })] });
        expect(await ids("hasAllTokens(name, 'documents')")).toEqual(['o']);
      });
    });

    describe('deletes', () => {
      const fill = (owner: string) =>
        store.insert({
          observations: [
            observation(owner, 't1', 't1', { type: 'TRACE', via: 'langfuse-batch' }),
            observation(owner, 't1', 'o1', { via: 'langfuse-batch' }),
            observation(owner, 't2', 'o2', { via: 'langfuse-batch' }),
          ],
          scores: [
            score(owner, 's1', { trace_id: 't1' }),
            score(owner, 's2', { trace_id: 't2' }),
            score(owner, 's3', { session_id: 's' }),
          ],
          events: [
            event(owner, 'trace', 't1'),
            event(owner, 'observation', 'o1'),
            event(owner, 'score', 's1'),
            event(owner, 'trace', 't2'),
            event(owner, 'observation', 'o2'),
            event(owner, 'score', 's2'),
          ],
        });
      const left = async (owner: string) => ({
        observations: (await readRows<ObservationRow>(store, 'observations', owner)).map((row) => row.id),
        scores: (await readRows<ScoreRow>(store, 'scores', owner)).map((row) => row.id),
        events: (await readRows<EventRow>(store, 'events', owner)).map((row) => row.entity_id),
      });
      const everything = {
        observations: ['o1', 'o2', 't1'],
        scores: ['s1', 's2', 's3'],
        events: ['o1', 'o2', 's1', 's2', 't1', 't2'],
      };

      it('hides traces with their observations, scores and events at once', async () => {
        const other = `${project}-other`;
        await Promise.all([fill(project), fill(other)]);
        await store.deleteTraces(project, ['t1', 'never-was']);
        expect(await left(project)).toEqual({ observations: ['o2'], scores: ['s2', 's3'], events: ['o2', 's2', 't2'] });
        expect(await left(other)).toEqual(everything);
      });

      it('hides a whole project at once', async () => {
        const other = `${project}-other`;
        await Promise.all([fill(project), fill(other)]);
        await store.deleteProject(project);
        expect(await left(project)).toEqual({ observations: [], scores: [], events: [] });
        expect(await left(other)).toEqual(everything);
      });

      it('hides the days before a moment, every version of a row, and nothing of that day or of other projects', async () => {
        const other = `${project}-other`;
        const day = 24 * HOUR;
        const noon = Math.floor(START / day) * day + 12 * HOUR;
        const at = (days: number) => noon + days * day;
        for (const id of [project, other]) {
          await store.insert({
            observations: [-40, -1, 0, 1].map((days) => observation(id, `t${days}`, `o${days}`, { start_time: at(days) })),
            scores: [-40, -1, 0, 1].map((days) => ({ ...score(id, `s${days}`), timestamp: at(days) })),
            events: [-40, -1, 0, 1].map((days) => ({ ...event(id, 'trace', `e${days}`), event_time: at(days) })),
          });
        }
        // A newer version of the row, and the tombstone of another, on the last day that goes.
        const last = { start_time: at(-1) + HOUR / 4 };
        await store.insert({ observations: [observation(project, 't-1', 'o-1', { ...last, row_version: 9 })] });
        const before = await left(other);
        await store.deleteBefore(project, at(0));
        const rest = async (table: 'observations' | 'scores' | 'events', column: string) =>
          (
            await store.query<{ id: string }>(`SELECT ${column} AS id FROM ${table} WHERE project_id = {p:String} ORDER BY id`, {
              p: project,
            })
          ).map(({ id }) => id);
        expect(await rest('observations', 'id')).toEqual(['o0', 'o1']);
        expect(await rest('scores', 'id')).toEqual(['s0', 's1']);
        expect(await rest('events', 'entity_id')).toEqual(['e0', 'e1']);
        expect(await left(other)).toEqual(before);
        await store.deleteBefore(project, at(0));
        expect(await rest('observations', 'id')).toEqual(['o0', 'o1']);
      });

      it('takes a list of thousands, and an empty one', async () => {
        await fill(project);
        await store.deleteTraces(project, []);
        expect(await left(project)).toEqual(everything);
        await store.deleteTraces(project, [...Array.from({ length: 3_000 }, (_, i) => `${i}`.padStart(32, '0')), 't2']);
        expect((await left(project)).observations).toEqual(['o1', 't1']);
      });

      it('is over: what arrives later is there', async () => {
        await fill(project);
        await store.deleteTraces(project, ['t1']);
        await store.insert({ observations: [observation(project, 't1', 'o1')] });
        expect(await ids("trace_id = 't1'")).toEqual(['o1']);
      });

      it('but an event that was deleted is not brought back by sending it again', async () => {
        const known = event(project, 'trace', 't1');
        await fill(project);
        await store.deleteTraces(project, ['t1']);
        await store.insert({ events: [known, { ...known, event_id: 'another' }] });
        expect((await readRows<EventRow>(store, 'events', project, "entity_id = 't1'")).map((row) => row.event_id)).toEqual([
          'another',
        ]);
      });
    });

    it('answers a ping', async () => {
      expect(await store.ping()).toBeGreaterThan(0);
    });

    it('keeps everything over a restart, and says when it is closed', async () => {
      await store.insert({ observations: [full(project)] });
      await store.close();
      await store.close();
      await expect(store.query('SELECT 1')).rejects.toMatchObject({ status: 503 });
      await expect(store.insert({ observations: [full(project)] })).rejects.toMatchObject({ status: 503 });
      store = await under.open();
      expect(await readRows(store, 'observations', project)).toEqual([full(project)]);
    });

    it('takes one insert of more than a hundred months', async () => {
      const rows = Array.from({ length: 110 }, (_, i) =>
        observation(project, 't', `o${i}`, { start_time: START - i * 31 * 24 * HOUR }),
      );
      await store.insert({ observations: rows });
      expect(await ids('1')).toHaveLength(110);
    });
  });
}
