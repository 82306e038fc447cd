import { describe, expect, it } from 'vitest';
import { checkCondition, columnsOf, findColumn, fittingTypes, type ListName } from './columns.ts';
import { type FilterCondition, type FilterType, filterCondition } from './condition.ts';
import { parseFilter } from './parse.ts';
import { printFilter } from './print.ts';

const read: [text: string, conditions: object[], search?: string][] = [
  ['', []],
  ['refund late', [], 'refund late'],
  ['"late order" x', [], 'late order x'],
  ['level:ERROR', [{ type: 'stringOptions', column: 'level', operator: 'any of', value: ['ERROR'] }]],
  ['level:ERROR,WARNING', [{ column: 'level', value: ['ERROR', 'WARNING'] }]],
  ['user:"bob smith" hi', [{ column: 'userId', value: ['bob smith'] }], 'hi'],
  ['-tag:beta', [{ type: 'arrayOptions', column: 'tags', operator: 'none of', value: ['beta'] }]],
  ['tags:&a,"b c"', [{ column: 'tags', operator: 'all of', value: ['a', 'b c'] }]],
  ['name:~foo', [{ type: 'string', column: 'name', operator: 'contains', value: 'foo' }]],
  ['-name:~foo', [{ operator: 'does not contain' }]],
  ['name:^foo name:$bar', [{ operator: 'starts with' }, { operator: 'ends with' }]],
  ['latency:>5', [{ type: 'number', column: 'latency', operator: '>', value: 5 }]],
  ['latency:>500ms latency:<2m', [{ value: 0.5 }, { value: 120 }]],
  ['cost:>=$0.1', [{ column: 'totalCost', operator: '>=', value: 0.1 }]],
  ['tokens:10k', [{ column: 'totalTokens', operator: '=', value: 10000 }]],
  [
    'latency:1..5',
    [
      { operator: '>=', value: 1 },
      { operator: '<=', value: 5 },
    ],
  ],
  ['-latency:>5', [{ operator: '<=', value: 5 }]],
  ['time:>=2026-03-01', [{ type: 'datetime', column: 'timestamp', operator: '>=', value: '2026-03-01T00:00:00.000Z' }]],
  ['time:<2026-03-01T10:00:00+02:00', [{ operator: '<', value: '2026-03-01T08:00:00.000Z' }]],
  [
    'bookmarked:true -public:yes',
    [
      { operator: '=', value: true },
      { column: 'public', operator: '<>', value: true },
    ],
  ],
  ['metadata.region:eu', [{ type: 'stringObject', column: 'metadata', key: 'region', operator: '=', value: 'eu' }]],
  ['metadata.a.b:~x', [{ key: 'a.b', operator: 'contains' }]],
  ['metadata."my key":eu', [{ key: 'my key' }]],
  ['metadata.retries:>2', [{ type: 'numberObject', key: 'retries', operator: '>', value: 2 }]],
  ['score.quality:>0.8', [{ type: 'numberObject', column: 'scores_avg', key: 'quality', operator: '>', value: 0.8 }]],
  ['score.tone:good,bad', [{ type: 'categoryOptions', column: 'score_categories', key: 'tone', value: ['good', 'bad'] }]],
  ['score.tone:"true"', [{ type: 'categoryOptions', value: ['true'] }]],
  ['score.correct:true', [{ type: 'booleanObject', column: 'score_booleans', key: 'correct', operator: '=', value: true }]],
  [
    'has:user -has:session',
    [
      { type: 'null', column: 'userId', operator: 'is not null' },
      { column: 'sessionId', operator: 'is null' },
    ],
  ],
  ['see https://example.org/x', [], 'see https://example.org/x'],
  ['USER:Bob', [{ column: 'userId', value: ['Bob'] }]],
  ['name:世界', [{ value: ['世界'] }]],
  ['退款 name:a', [{ column: 'name' }], '退款'],
];

describe('parseFilter', () => {
  it.each(read)('reads %s', (text, conditions, search = '') => {
    const parsed = parseFilter('traces', text);
    expect(parsed.errors).toEqual([]);
    expect(parsed.conditions).toHaveLength(conditions.length);
    conditions.forEach((condition, i) => void expect(parsed.conditions[i]).toMatchObject(condition));
    expect(parsed.search).toBe(search);
  });

  const wrong: [text: string, message: RegExp, start: number, end: number][] = [
    ['hello foo:bar x', /no column "foo"/, 6, 13],
    ['latency:fast', /"fast" is not a number/, 0, 12],
    ['level:ERROR latency:>5kg', /"kg" is not a unit/, 12, 24],
    ['time:2026', /needs >/, 0, 9],
    ['time:>soon', /not a time/, 0, 10],
    ['bookmarked:maybe', /neither true nor false/, 0, 16],
    ['metadata:x', /Name a key/, 0, 10],
    ['user:', /needs a value/, 0, 5],
    ['has:bookmarked', /can be empty/, 0, 14],
    ['-metadata.a:b', /turned round/, 0, 13],
    ['level:>3', /does not go with a text/, 0, 8],
  ];
  it.each(wrong)('says where %s is wrong and reads the rest', (text, message, start, end) => {
    const parsed = parseFilter('traces', `${text}  name:ok`);
    expect(parsed.errors).toHaveLength(1);
    expect(parsed.errors[0]).toMatchObject({ start, end, message: expect.stringMatching(message) });
    expect(parsed.conditions.at(-1)).toMatchObject({ column: 'name', value: ['ok'] });
  });

  it('never throws, whatever is typed', () => {
    const pieces = [
      '"',
      '\\',
      ':',
      '-',
      'level',
      'score',
      '.',
      ',',
      ' ',
      '>',
      '..',
      '~',
      'metadata',
      '5',
      '世',
      '&',
      'has',
      '//',
      '\u0000',
    ];
    let seed = 1;
    for (let i = 0; i < 3000; i++) {
      let text = '';
      for (let n = 0; n < 12; n++) {
        seed = (seed * 48271) % 2147483647;
        text += pieces[seed % pieces.length];
      }
      for (const { start, end } of parseFilter('observations', text).errors) {
        expect(start).toBeGreaterThanOrEqual(0);
        expect(end).toBeLessThanOrEqual(text.length);
        expect(end).toBeGreaterThan(start);
      }
    }
  });
});

describe('printFilter', () => {
  const texts = [
    'plain',
    'with space',
    'a"b',
    'back\\slash',
    'c:d',
    'x,y',
    '-neg',
    '5',
    'true',
    '世界',
    '>1',
    '~t',
    ' ',
    'a.b',
    "it's",
    '"',
    '&',
  ];
  const conditionsOf = (list: ListName): FilterCondition[] =>
    columnsOf(list).flatMap((column) => {
      const ofType = (type: FilterType): FilterCondition[] => {
        const id = column.id;
        const keys = ['plain', 'a.b', 'with space', 'x:y', '2nd', 'ключ'];
        switch (type) {
          case 'string':
            return texts.flatMap((value) =>
              (['=', 'contains', 'does not contain', 'starts with', 'ends with', 'matches'] as const).map((operator) => ({
                type,
                column: id,
                operator,
                value,
              })),
            );
          case 'stringOptions':
            // A list column reads a list of values as arrayOptions.
            if (column.kind === 'texts') return [];
            return (['any of', 'none of'] as const).map((operator) => ({ type, column: id, operator, value: texts }));
          case 'arrayOptions':
            if (column.kind === 'categoryMap') return [{ type, column: id, operator: 'all of', value: texts }];
            return (['any of', 'none of', 'all of'] as const).map((operator) => ({ type, column: id, operator, value: texts }));
          case 'categoryOptions':
            return keys.flatMap((key) =>
              (['any of', 'none of'] as const).map((operator) => ({ type, column: id, key, operator, value: texts })),
            );
          case 'number':
            return [0, -1.5, 1e-7, 1e21].flatMap((value) =>
              (['=', '>', '<', '>=', '<='] as const).map((operator) => ({ type, column: id, operator, value })),
            );
          case 'numberObject':
            return keys.flatMap((key) =>
              (['=', '>', '<', '>=', '<='] as const).map((operator) => ({ type, column: id, key, operator, value: -0.25 })),
            );
          case 'stringObject':
            return keys.flatMap((key) => texts.map((value) => ({ type, column: id, key, operator: '=', value })));
          case 'boolean':
            return [true, false].flatMap((value) =>
              (['=', '<>'] as const).map((operator) => ({ type, column: id, operator, value })),
            );
          case 'booleanObject':
            return keys.flatMap((key) =>
              (['=', '<>'] as const).map((operator) => ({ type, column: id, key, operator, value: true })),
            );
          case 'datetime':
            return (['>', '<', '>=', '<='] as const).map((operator) => ({
              type,
              column: id,
              operator,
              value: '2026-03-01T10:20:30.456Z',
            }));
          case 'null':
            return (['is null', 'is not null'] as const).map((operator) => ({ type, column: id, operator }));
          case 'positionInTrace':
            return [
              { type, column: id, key: 'root', operator: '=', value: 1 },
              { type, column: id, key: 'nthFromEnd', operator: '=', value: 3 },
              { type, column: id, key: 'nthFromStart', operator: '=', value: 2 },
            ];
        }
      };
      return fittingTypes(column).flatMap(ofType);
    });

  it('is read back as it was, for every column, operator and awkward text', () => {
    let checked = 0;
    for (const list of ['traces', 'observations', 'scores'] as const) {
      for (const condition of conditionsOf(list)) {
        expect(filterCondition.safeParse(condition).success).toBe(true);
        expect(checkCondition(list, condition)).toBeNull();
        const text = printFilter([condition], 'two words');
        expect(parseFilter(list, text), text).toEqual({ conditions: [condition], search: 'two words', errors: [] });
        checked++;
      }
    }
    expect(checked).toBeGreaterThan(2000);
  });

  it('keeps searches that look like terms', () => {
    for (const search of ['level:ERROR', 'a "b" c', '-x:y z', 'https://a.b', '\\ "', 'foo:bar']) {
      expect(parseFilter('traces', printFilter([], search))).toEqual({ conditions: [], search, errors: [] });
    }
  });
});

describe('columns', () => {
  it.each(['traces', 'observations', 'scores'] as const)('of %s have names that mean one thing', (list) => {
    const ids = columnsOf(list).map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const column of columnsOf(list)) {
      expect(findColumn(list, column.id)?.id).toBe(column.id);
      for (const alias of column.aliases) expect(findColumn(list, alias)?.id, alias).toBe(column.id);
    }
  });

  it('say why a condition does not fit', () => {
    expect(checkCondition('traces', { type: 'number', column: 'name', operator: '=', value: 1 })).toMatch(/"name".*string/);
    expect(checkCondition('traces', { type: 'number', column: 'nope', operator: '=', value: 1 })).toMatch(
      /Unknown column "nope"/,
    );
    expect(checkCondition('traces', { type: 'stringOptions', column: 'traceTags', operator: 'any of', value: ['a'] })).toBeNull();
  });
});
