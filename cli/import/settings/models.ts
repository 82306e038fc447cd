import type { Model } from '../../../contract/model.ts';
import { canonicalJson } from '../../canonical-json.ts';
import { createOnce } from '../create-once.ts';
import type { ImportRun } from '../import-run.ts';
import { pagesFrom } from '../pages.ts';
import { isRefusal } from '../refusal.ts';
import { PUBLIC } from '../source.ts';

const PATH = `${PUBLIC}/models`;

/** Models that a project made itself; built-in ones every server has of its own. */
async function readOwn(http: ImportRun['source']['http']): Promise<Model[]> {
  const own: Model[] = [];
  for await (const { rows } of pagesFrom<Model>(http, { path: PATH }))
    own.push(...rows.filter((model) => !model.isLangfuseManaged));
  return own;
}

/** What is sent to make the model: its tiers, or on servers that have none its flat prices. */
export function modelBody(model: Model) {
  const { modelName, matchPattern, startDate, unit, tokenizerId, tokenizerConfig, pricingTiers = [] } = model;
  const tiers = pricingTiers.map(({ name, isDefault, priority, conditions, prices }) => ({
    name,
    isDefault,
    priority,
    conditions,
    prices,
  }));
  const flat = { inputPrice: model.inputPrice, outputPrice: model.outputPrice, totalPrice: model.totalPrice };
  return {
    modelName,
    matchPattern,
    startDate: startDate ? new Date(startDate).toISOString() : null,
    unit: unit ?? 'TOKENS',
    tokenizerId: tokenizerId ?? null,
    tokenizerConfig: tokenizerConfig ?? null,
    ...(tiers.length > 0 ? { pricingTiers: tiers.sort((a, b) => a.priority - b.priority) } : flat),
  };
}

export async function importModels({ source, target, tally, signal, progress }: ImportRun): Promise<void> {
  const [models, there] = await Promise.all([readOwn(source.http), readOwn(target.http)]);
  for (const [index, model] of models.entries()) {
    progress.at(index, models.length);
    const body = modelBody(model);
    const find = (among: readonly Model[]) => among.find(({ modelName }) => modelName === model.modelName);
    const known = find(there);
    if (known && canonicalJson(modelBody(known)) === canonicalJson(body)) tally.alreadyThere('models');
    else if (known) tally.failed('models', model.id, `${model.modelName}: the target has another model of this name`);
    else {
      try {
        await createOnce(
          () => target.http.json<Model>({ method: 'POST', path: PATH, body }),
          async () => find(await readOwn(target.http)),
          signal,
        );
        tally.copied('models');
      } catch (error) {
        if (!isRefusal(error)) throw error;
        tally.failed('models', model.id, `${model.modelName}: ${error.message}`);
      }
    }
  }
}
