import type { ScoreConfig } from '../../../contract/score-config.ts';
import { canonicalJson } from '../../canonical-json.ts';
import { createOnce } from '../create-once.ts';
import type { ImportRun } from '../import-run.ts';
import { allRows } from '../pages.ts';
import { isRefusal } from '../refusal.ts';
import { PUBLIC } from '../source.ts';

const PATH = `${PUBLIC}/score-configs`;

/** What a config demands, as far as its type has it: BOOLEAN ones make their categories themselves. */
function rulesOf({ dataType, minValue, maxValue, categories, description }: ScoreConfig) {
  return {
    ...(dataType === 'NUMERIC' && { minValue: minValue ?? null, maxValue: maxValue ?? null }),
    ...(dataType === 'CATEGORICAL' && { categories: (categories ?? []).map(({ label, value }) => ({ label, value })) }),
    description: description ?? null,
  };
}

const isOf = (a: ScoreConfig, b: ScoreConfig) => a.name === b.name && a.dataType === b.dataType;
const isSame = (a: ScoreConfig, b: ScoreConfig) => isOf(a, b) && canonicalJson(rulesOf(a)) === canonicalJson(rulesOf(b));

/**
 * Finds for each config of the source the one of the target that is meant: the same in everything, else of the same name and type. Names
 * are not unique, so each of the target is taken once.
 */
export function matchConfigs(source: readonly ScoreConfig[], target: readonly ScoreConfig[]): Map<string, ScoreConfig> {
  const matched = new Map<string, ScoreConfig>();
  const taken = new Set<string>();
  for (const fits of [isSame, isOf]) {
    for (const config of source) {
      if (matched.has(config.id)) continue;
      const found = target.find((each) => !taken.has(each.id) && fits(config, each));
      if (!found) continue;
      taken.add(found.id);
      matched.set(config.id, found);
    }
  }
  return matched;
}

/** Oldest first, so that the target has them in the same order. */
const readConfigs = async (http: ImportRun['source']['http']) => (await allRows<ScoreConfig>(http, { path: PATH })).reverse();

export const readBothConfigs = async ({ source, target }: Pick<ImportRun, 'source' | 'target'>) => {
  const [there, here] = await Promise.all([readConfigs(source.http), readConfigs(target.http)]);
  return { configs: there, matched: matchConfigs(there, here) };
};

/** Copies score configs. Archived ones are archived in the end (`archiveConfigs`), because their scores are still to come. */
export async function importScoreConfigs(run: ImportRun): Promise<void> {
  const { target, tally, signal, progress } = run;
  const { configs, matched } = await readBothConfigs(run);
  for (const [index, config] of configs.entries()) {
    progress.at(index, configs.length);
    const known = matched.get(config.id);
    const rules = rulesOf(config);
    try {
      if (known && isSame(config, known)) {
        tally.alreadyThere('score configs');
        continue;
      }
      if (known) {
        await target.http.json({
          method: 'PATCH',
          path: `${PATH}/${encodeURIComponent(known.id)}`,
          body: rules,
          repeatable: true,
        });
      } else {
        const others = new Set((await readConfigs(target.http)).map(({ id }) => id));
        await createOnce(
          () =>
            target.http.json<ScoreConfig>({
              method: 'POST',
              path: PATH,
              body: { name: config.name, dataType: config.dataType, ...rules },
            }),
          async () => (await readConfigs(target.http)).find((each) => !others.has(each.id) && isSame(config, each)),
          signal,
        );
      }
      tally.copied('score configs');
    } catch (error) {
      if (!isRefusal(error)) throw error;
      tally.failed('score configs', config.id, `${config.name}: ${error.message}`);
    }
  }
}

/** Puts a config into use or out of it. */
export const setArchived = ({ target }: ImportRun, configId: string, isArchived: boolean) =>
  target.http.json<ScoreConfig>({
    method: 'PATCH',
    path: `${PATH}/${encodeURIComponent(configId)}`,
    body: { isArchived },
    repeatable: true,
  });

/**
 * The last step: configs that are archived at the source are so in the target, and those that were used only to write their scores are
 * archived again.
 */
export async function archiveConfigs(run: ImportRun): Promise<void> {
  const opened = (run.file.state.positions.opened as string[] | undefined) ?? [];
  for (const id of new Set(opened)) await setArchived(run, id, true);
  if (!run.parts.has('score-configs')) return;
  const { configs, matched } = await readBothConfigs(run);
  for (const config of configs) {
    const known = matched.get(config.id);
    if (known && known.isArchived !== config.isArchived) await setArchived(run, known.id, config.isArchived);
  }
}
