import {
  and,
  arrayContains,
  arrayOverlaps,
  eq,
  gt,
  gte,
  inArray,
  lt,
  lte,
  ne,
  not,
  notInArray,
  type SQL,
  sql,
} from 'drizzle-orm';
import type { PromptCondition } from '../../../contract/prompt-filter.ts';
import { tables } from '../../store/metadata/index.ts';

const { prompts, promptVersions: versions } = tables;

const COMPARE = { '=': eq, '>': gt, '<': lt, '>=': gte, '<=': lte };
const TEXTS = { id: versions.id, name: prompts.name, type: prompts.type };
const TIMES = { createdAt: versions.createdAt, updatedAt: versions.updatedAt };
const LISTS = { labels: versions.labels, tags: prompts.tags };

/** All conditions on a version, whose prompt is joined. */
export const sqlOfConditions = (conditions: readonly PromptCondition[]): SQL | undefined => and(...conditions.map(sqlOf));

function sqlOf(condition: PromptCondition): SQL {
  switch (condition.type) {
    case 'string': {
      const { column, operator, value } = condition;
      if (operator === '=') return eq(sql`${TEXTS[column]}`, value);
      return operator === 'is not empty' ? ne(sql`${TEXTS[column]}`, '') : searchSql(sql`${TEXTS[column]}`, operator, value);
    }
    case 'stringOptions': {
      const column = sql`${TEXTS[condition.column]}`;
      return condition.operator === 'any of' ? inArray(column, condition.value) : notInArray(column, condition.value);
    }
    // Versions are whole numbers; what they are compared with need not be.
    case 'number':
      return COMPARE[condition.operator](sql`${versions.version}::double precision`, sql`${condition.value}::double precision`);
    case 'datetime':
      return COMPARE[condition.operator](TIMES[condition.column], new Date(condition.value));
    case 'arrayOptions': {
      const { operator, value } = condition;
      const column = LISTS[condition.column];
      if (operator === 'all of') return arrayContains(column, value);
      return operator === 'any of' ? arrayOverlaps(column, value) : not(arrayOverlaps(column, value));
    }
    case 'stringObject':
      return configSql(condition);
  }
}

function configSql({ key, operator, value }: PromptCondition & { type: 'stringObject' }): SQL {
  const text = sql`(${JSON_CONFIG} ->> ${key})`;
  const isSet = sql`(${JSON_CONFIG} -> ${key}) IS NOT NULL`;
  if (operator === 'is not set') return not(isSet);
  if (operator === 'is set') return isSet;
  if (operator === '=') return sql`coalesce(${text} = ${value}, false)`;
  // A search for nothing finds every key that is there.
  if (value === '') return operator === 'does not contain' ? not(isSet) : isSet;
  return sql`coalesce(${searchSql(text, operator, value)}, ${operator === 'does not contain'})`;
}

/** A configuration that is no object has no keys, nor has one that holds the character NUL, which PostgreSQL cannot say. */
const JSON_CONFIG = sql`(CASE WHEN ${versions.config} LIKE '{%' AND strpos(${versions.config}, '\\u0000') = 0 THEN ${versions.config} END)::json`;

function searchSql(text: SQL, operator: 'contains' | 'does not contain' | 'starts with' | 'ends with', value: string): SQL {
  const pattern = `${operator === 'starts with' ? '' : '%'}${value}${operator === 'ends with' ? '' : '%'}`;
  return operator === 'does not contain' ? sql`${text} NOT ILIKE ${pattern}` : sql`${text} ILIKE ${pattern}`;
}
