import { and, asc, countDistinct, eq, gte, inArray, lt, max, type SQL, sql } from 'drizzle-orm';
import { parseJson } from '../../../contract/json/parse.ts';
import type { PromptSummary } from '../../../contract/prompt.ts';
import type { PromptCondition } from '../../../contract/prompt-filter.ts';
import { tables } from '../../store/metadata/index.ts';
import { sqlOfConditions } from './prompt-conditions.ts';
import type { Db } from './prompt-rows.ts';

const { prompts, promptVersions: versions } = tables;

/** Which versions count; a prompt is in the list when one of its versions does. */
export interface PromptFilter {
  name?: string | undefined;
  label?: string | undefined;
  tag?: string | undefined;
  /** ISO 8601; inclusive. */
  fromUpdatedAt?: string | undefined;
  /** ISO 8601; exclusive. */
  toUpdatedAt?: string | undefined;
  /** Instead of all others. */
  conditions?: readonly PromptCondition[] | undefined;
}

/** Prompts by name, each as its matching versions make it (contract §1.7). @param page from 1 */
export async function listPrompts(
  db: Db,
  projectId: string,
  filter: PromptFilter,
  page: number,
  limit: number,
): Promise<{ data: PromptSummary[]; totalCount: number }> {
  const where = conditionsOf(projectId, filter);
  const [found, [total]] = await Promise.all([
    db
      .select({
        id: prompts.id,
        name: prompts.name,
        type: prompts.type,
        tags: prompts.tags,
        lastVersion: max(versions.version),
        lastUpdatedAt: max(versions.updatedAt),
      })
      .from(versions)
      .innerJoin(prompts, eq(prompts.id, versions.promptId))
      .where(where)
      .groupBy(prompts.id)
      .orderBy(asc(prompts.name))
      .limit(limit)
      .offset((page - 1) * limit),
    db
      .select({ prompts: countDistinct(prompts.id) })
      .from(versions)
      .innerJoin(prompts, eq(prompts.id, versions.promptId))
      .where(where),
  ]);
  const totalCount = total!.prompts;
  if (found.length === 0) return { data: [], totalCount };
  const matching = await db
    .select({
      promptId: prompts.id,
      version: versions.version,
      labels: versions.labels,
      config: sql<string | null>`CASE WHEN (${versions.promptId}, ${versions.version}) IN (${sql.join(
        found.map(({ id, lastVersion }) => sql`(${id}, ${lastVersion}::integer)`),
        sql`, `,
      )}) THEN ${versions.config} END`,
    })
    .from(versions)
    .innerJoin(prompts, eq(prompts.id, versions.promptId))
    .where(
      and(
        where,
        inArray(
          prompts.id,
          found.map(({ id }) => id),
        ),
      ),
    )
    .orderBy(asc(versions.version));
  const byPrompt = Map.groupBy(matching, ({ promptId }) => promptId);
  const data = found.map(({ id, name, type, tags, lastUpdatedAt }) => {
    const own = byPrompt.get(id) ?? [];
    return {
      name,
      type,
      tags,
      versions: own.map(({ version }) => version),
      labels: own.toReversed().flatMap(({ labels }) => labels),
      lastUpdatedAt: lastUpdatedAt!.toISOString(),
      lastConfig: parseJson(own.at(-1)?.config ?? '{}'),
    };
  });
  return { data, totalCount };
}

function conditionsOf(projectId: string, filter: PromptFilter): SQL | undefined {
  const { name, label, tag, fromUpdatedAt, toUpdatedAt, conditions } = filter;
  if (conditions) return and(eq(prompts.projectId, projectId), sqlOfConditions(conditions));
  return and(
    eq(prompts.projectId, projectId),
    name === undefined ? undefined : eq(prompts.name, name),
    label === undefined ? undefined : sql`${label} = ANY(${versions.labels})`,
    tag === undefined ? undefined : sql`${tag} = ANY(${prompts.tags})`,
    fromUpdatedAt === undefined ? undefined : gte(versions.updatedAt, new Date(fromUpdatedAt)),
    toUpdatedAt === undefined ? undefined : lt(versions.updatedAt, new Date(toUpdatedAt)),
  );
}
