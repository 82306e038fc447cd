import { and, eq, inArray, type SQL, sql } from 'drizzle-orm';
import { isStorable } from '../../../contract/storable.ts';
import type { CommentTest, FindCommented } from '../../query/commented.ts';
import { type MetadataDb, tables } from '../../store/metadata/index.ts';

const { comments } = tables;

/** Answers conditions on comments of traces and steps (contract §5.6) for the query layer. */
export function createFindCommented(db: MetadataDb): FindCommented {
  return async (projectId, type, test) => {
    const rows = await db
      .select({ id: comments.objectId })
      .from(comments)
      .where(and(eq(comments.projectId, projectId), eq(comments.objectType, type), whereOf(test)))
      .groupBy(comments.objectId)
      .having(havingOf(test));
    return rows.map(({ id }) => id);
  };
}

const OPERATORS = { '=': sql`=`, '>': sql`>`, '<': sql`<`, '>=': sql`>=`, '<=': sql`<=` };

function havingOf(test: CommentTest): SQL | undefined {
  if (test.kind !== 'count') return undefined;
  const passes = sql`count(*) ${OPERATORS[test.operator]} ${test.value}::float8`;
  return test.negated ? sql`NOT (${passes})` : passes;
}

function whereOf(test: CommentTest): SQL | undefined {
  if (test.kind === 'oneOf') return inArray(comments.content, test.values.filter(isStorable));
  if (test.kind !== 'text') return undefined;
  // What no comment can hold is not asked for: the store would refuse the question.
  if (!isStorable(test.value)) return sql`false`;
  const text = sql`lower(${comments.content})`;
  const value = sql`lower(${test.value}::text)`;
  switch (test.operator) {
    case '=':
      return eq(comments.content, test.value);
    case 'contains':
      return sql`strpos(${text}, ${value}) > 0`;
    case 'starts with':
      return sql`starts_with(${text}, ${value})`;
    case 'ends with':
      return sql`right(${text}, length(${value})) = ${value}`;
    case 'matches':
      return and(
        ...test.value
          .toLowerCase()
          .split(/\s+/)
          .flatMap((word) => holdsWord(text, word)),
      );
  }
}

/** As the search of texts: words of ASCII letters and digits whole, others as they are typed. */
function holdsWord(text: SQL, word: string): SQL[] {
  const whole = (word.match(/[a-z0-9]+/g) ?? []).map((token) => sql`${text} ~ ${`(^|[^a-z0-9])${token}([^a-z0-9]|$)`}`);
  const typed = /[^\p{ASCII}]/u.test(word) ? [sql`strpos(${text}, lower(${word}::text)) > 0`] : [];
  return [...whole, ...typed];
}
