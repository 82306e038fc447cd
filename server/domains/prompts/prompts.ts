import {
  type CreatePrompt,
  canBeName,
  MAX_VERSION,
  PRODUCTION,
  type Prompt,
  type PromptSelector,
  type PromptSummary,
} from '../../../contract/prompt.ts';
import { isStorable } from '../../../contract/storable.ts';
import { DEEPEST, isTooDeep } from '../../ingest/langfuse/nesting.ts';
import type { FindPrompt } from '../../ingest/types.ts';
import { createChangeCache, ttlFor } from '../../lib/change-cache.ts';
import { type Clock, systemClock } from '../../lib/clock.ts';
import { invalidRequest, notFound } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import type { Logger } from '../../lib/log.ts';
import type { MetadataStore } from '../../store/metadata/index.ts';
import { compose, type WrittenPrompt } from './compose.ts';
import { brokenBy, type GraphVersion } from './inclusion.ts';
import { putLabels, relabelled, settleLatest } from './labels.ts';
import { listPrompts, type PromptFilter } from './list-prompts.ts';
import * as rows from './prompt-rows.ts';
import { keyOf, type Reference, referencesOf } from './references.ts';

/** One version was made, changed its labels or tags, or went. */
export interface PromptChange {
  action: 'created' | 'updated' | 'deleted';
  /** As written; after the change, a deleted one as it was. */
  prompt: WrittenPrompt;
  /** The id of the person who did it, or `API`. */
  by: string;
}

export interface Prompts {
  /**
   * The version that is meant (`production` when none is named), with what it includes in place unless `resolve` is false. From memory
   * where it can be: the same object until something changes; not to be written to.
   * @throws AppError 400 when version and label are both given or what it includes does not work, 404
   */
  get(projectId: string, name: string, selector: PromptSelector, resolve?: boolean): Promise<Prompt>;
  /** By name. @param page from 1 */
  list(
    projectId: string,
    filter: PromptFilter,
    page: number,
    limit: number,
  ): Promise<{ data: PromptSummary[]; totalCount: number }>;
  /**
   * A new version, one higher than the highest. It takes its labels from the other versions.
   * @throws AppError 400 when the type differs from earlier versions, or when it or another prompt would include what does not work
   */
  create(projectId: string, given: CreatePrompt, by?: string): Promise<Prompt>;
  /** Puts labels on a version beside those that it has, away from the others. @throws AppError 400 when that breaks another prompt, 404 */
  putLabels(projectId: string, name: string, version: number, labels: readonly string[], by?: string): Promise<Prompt>;
  /**
   * Deletes a prompt, or those versions that the selector names. `latest` goes to the highest that is left.
   * @throws AppError 400 when another prompt depends on it, 404 when nothing is meant
   */
  remove(projectId: string, name: string, selector: PromptSelector, by?: string): Promise<void>;
  /** The id of a version, for the door; from memory where it can be. Never throws. */
  findPrompt: FindPrompt;
  /** Forgets what is cached of a project, after a change made elsewhere. */
  forget(projectId: string): void;
}

export interface PromptDeps {
  metadata: Pick<MetadataStore, 'db' | 'kind'>;
  /**
   * Told of every change in the transaction that makes it, in order: what it writes there is stored with the change or not at all, and
   * what it throws undoes the change. What it returns is called once the change is stored.
   */
  recordChanges?: (tx: rows.Db, projectId: string, changes: readonly PromptChange[]) => Promise<() => void>;
  log: Logger;
  clock?: Clock;
}

const MAX_CACHE_BYTES = 32 * 1024 * 1024;

/** Who acts when a key does. */
const API = 'API';

/** Prompts with versions, labels, tags and inclusion (contract §1.7, §5.1). */
export function createPrompts(deps: PromptDeps): Prompts {
  const { db, kind } = deps.metadata;
  const { log, recordChanges, clock = systemClock } = deps;
  const cache = createChangeCache<Prompt>({
    ttlMs: ttlFor(kind),
    maxBytes: MAX_CACHE_BYTES,
    sizeOf: (prompt) => 2 * JSON.stringify(prompt).length,
    clock,
  });

  /** A version as written. */
  async function read(projectId: string, reference: Reference): Promise<Prompt | null> {
    const { name, version, label } = reference;
    if (!canBeName(name) || (label !== null && !isStorable(label))) return null;
    if (version !== null && !(Number.isInteger(version) && version >= 1 && version <= MAX_VERSION)) return null;
    return cache.get(projectId, `written ${keyOf(reference)}`, async () => {
      const found = await rows.readReferenced(db, projectId, reference);
      return found && { ...found, resolutionGraph: null };
    });
  }

  /** Does one change, alone in its project, and lets it be recorded with it. */
  async function change<T>(
    projectId: string,
    by: string,
    work: (tx: rows.Db, at: Date) => Promise<{ result: T; changes: Omit<PromptChange, 'by'>[] }>,
  ): Promise<T> {
    const { result, stored } = await db.transaction(async (tx) => {
      await rows.lockProject(tx, projectId);
      const { result, changes } = await work(tx, new Date(clock.now()));
      const stored = await recordChanges?.(
        tx,
        projectId,
        changes.map((each) => ({ ...each, by })),
      );
      return { result, stored };
    });
    cache.forget(projectId);
    stored?.();
    return result;
  }

  /** Versions as a change left them; nothing is read when nobody records changes. */
  const readChanged = async (tx: rows.Db, changed: readonly { id: string }[]) =>
    recordChanges
      ? rows.readVersions(
          tx,
          changed.map(({ id }) => id),
        )
      : [];

  const updates = (prompts: readonly WrittenPrompt[]) => prompts.map((prompt) => ({ action: 'updated' as const, prompt }));

  const prompts: Prompts = {
    async get(projectId, name, selector, resolve = true) {
      const reference = referenceOf(name, selector);
      const found = await read(projectId, reference);
      if (!found) throw missing(reference);
      if (!resolve || referencesOf(found.prompt).length === 0) return found;
      // Read again inside: what was found may be from before a change, and would be kept as if it were from after.
      const composed = await cache.get(projectId, `composed ${keyOf(reference)}`, async () => {
        const root = await read(projectId, reference);
        return root && compose(root, (included) => read(projectId, included));
      });
      if (!composed) throw missing(reference);
      return composed;
    },

    list: (projectId, filter, page, limit) => listPrompts(db, projectId, filter, page, limit),

    async create(projectId, given, by = API) {
      requireFlat(given.config);
      return change(projectId, by, async (tx, at) => {
        const { name, type } = given;
        const known = await rows.findPrompt(tx, projectId, name);
        if (known && known.type !== type) {
          throw invalidRequest(`"${name}" is a ${known.type} prompt: all versions of a prompt have the same type.`);
        }
        const before = known?.versions ?? [];
        const version = (before.at(-1)?.version ?? 0) + 1;
        const id = newId();
        const after = putLabels([...before, { id, version, labels: [] as string[] }], version, given.labels ?? []);
        const references = referencesOf(given.prompt);
        const moved = relabelled(before, after);
        const own: GraphVersion = { id, name, version, type, labels: after.at(-1)!.labels, references };
        const graph = await rows.readGraph(tx, projectId, [name, ...references.map((reference) => reference.name)]);
        requireUnbroken(graph, [...withLabels(graph, moved), own], id);

        const tags = given.tags ? [...new Set(given.tags)] : (known?.tags ?? []);
        const promptId = known?.id ?? newId();
        const iso = at.toISOString();
        const written: WrittenPrompt = {
          id,
          projectId,
          name,
          version,
          type,
          prompt: given.prompt,
          config: given.config ?? {},
          labels: [...own.labels],
          tags,
          commitMessage: given.commitMessage ?? null,
          createdBy: by,
          createdAt: iso,
          updatedAt: iso,
        };
        const isRetagged = known !== null && known.tags.join('\0') !== tags.join('\0');
        if (!known) await rows.insertPrompt(tx, { id: promptId, projectId, name, type, tags, createdAt: at });
        else if (isRetagged) await rows.writeTags(tx, promptId, tags, at);
        await rows.writeLabels(tx, moved, at);
        await rows.insertVersion(tx, promptId, written, references, at);
        // Tags belong to all versions, so new ones change them all.
        const changed = updates(await readChanged(tx, isRetagged ? before : moved));
        return {
          result: { ...written, resolutionGraph: null },
          changes: [{ action: 'created' as const, prompt: written }, ...changed],
        };
      });
    },

    async putLabels(projectId, name, version, labels, by = API) {
      const reference = { name, version, label: null };
      if (!canBeName(name)) throw missing(reference);
      return change(projectId, by, async (tx, at) => {
        const known = await rows.findPrompt(tx, projectId, name);
        const target = known?.versions.find((each) => each.version === version);
        if (!known || !target) throw missing(reference);
        const moved = relabelled(known.versions, putLabels(known.versions, version, labels));
        const graph = await rows.readGraph(tx, projectId, [name]);
        requireUnbroken(graph, withLabels(graph, moved));
        await rows.writeLabels(tx, moved, at);
        const [written] = await rows.readVersions(tx, [target.id]);
        const changed = updates(await readChanged(tx, moved));
        return { result: { ...written!, resolutionGraph: null }, changes: changed };
      });
    },

    async remove(projectId, name, selector, by = API) {
      const { version, label } = selector;
      if (!canBeName(name)) throw gone(name, selector);
      await change(projectId, by, async (tx, at) => {
        const known = await rows.findPrompt(tx, projectId, name);
        const meant = (known?.versions ?? []).filter(
          (each) => (version === undefined || each.version === version) && (label === undefined || each.labels.includes(label)),
        );
        if (!known || meant.length === 0) throw gone(name, selector);
        const ids = new Set(meant.map(({ id }) => id));
        const left = known.versions.filter(({ id }) => !ids.has(id));
        const moved = relabelled(left, settleLatest(left));
        const graph = await rows.readGraph(tx, projectId, [name]);
        requireUnbroken(
          graph,
          withLabels(graph, moved).filter(({ id }) => !ids.has(id)),
        );
        const deleted = await readChanged(tx, meant);
        if (left.length === 0) await rows.deletePrompt(tx, known.id);
        else await rows.deleteVersions(tx, [...ids]);
        await rows.writeLabels(tx, moved, at);
        const changed = updates(await readChanged(tx, moved));
        return {
          result: undefined,
          changes: [...deleted.map((prompt) => ({ action: 'deleted' as const, prompt })), ...changed],
        };
      });
    },

    async findPrompt(projectId, name, version) {
      try {
        return (await read(projectId, { name, version, label: null }))?.id ?? null;
      } catch (error) {
        log.warn({ err: error, projectId }, 'a prompt link could not be looked up; the observation is stored without it');
        return null;
      }
    },

    forget: (projectId) => cache.forget(projectId),
  };
  return prompts;
}

/** @throws AppError 400 for a config that could be read but not printed again */
function requireFlat(config: unknown): void {
  if (!isTooDeep(config)) return;
  const message = `is nested deeper than ${DEEPEST} levels`;
  throw invalidRequest(`config: ${message}`, [{ code: 'custom', path: ['config'], message }]);
}

/** What a selector means; `production` when it names nothing. @throws AppError 400 when it names two things */
function referenceOf(name: string, { version, label }: PromptSelector): Reference {
  if (version !== undefined && label !== undefined) throw invalidRequest('Cannot specify both version and label');
  return version === undefined ? { name, version: null, label: label ?? PRODUCTION } : { name, version, label: null };
}

/** The message is part of the contract (§1.7). */
const missing = ({ name, version, label }: Reference) =>
  notFound(`Prompt not found: '${name}' ${version === null ? `with label '${label}'` : `with version ${version}`}`);

function gone(name: string, { version, label }: PromptSelector) {
  const narrowed = [version === undefined ? '' : ` with version ${version}`, label === undefined ? '' : ` with label '${label}'`];
  return notFound(`Prompt not found: '${name}'${narrowed.join('')}`);
}

/** A graph in which some versions have other labels. */
function withLabels(graph: readonly GraphVersion[], changed: readonly { id: string; labels: readonly string[] }[]) {
  const labels = new Map(changed.map((each) => [each.id, each.labels]));
  return graph.map((version) => ({ ...version, labels: labels.get(version.id) ?? version.labels }));
}

/** @throws AppError 400 when a version that worked would not work after the change, or the new one does not */
function requireUnbroken(before: readonly GraphVersion[], after: readonly GraphVersion[], created?: string): void {
  const broken = brokenBy(before, after);
  const own = broken.find(({ version }) => version.id === created);
  if (own) throw invalidRequest(own.problem);
  const [other, ...more] = broken;
  if (!other) return;
  const { name, version } = other.version;
  const others = more.length === 0 ? '' : ` and ${more.length} more`;
  throw invalidRequest(
    `Other prompts depend on this one. The change would break "${name}" version ${version}${others}: ${other.problem}`,
  );
}
