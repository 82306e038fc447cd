import type { IdMaps, ImportRun } from './import-run.ts';
import { matchQueues } from './settings/queues.ts';
import { matchRuns } from './settings/runs.ts';
import { readBothConfigs } from './settings/score-configs.ts';

/** Looks ids up when the first is asked for, which is after what they name has come. */
export function createIdMaps(run: Pick<ImportRun, 'source' | 'target'>): IdMaps {
  const lazily = (load: () => Promise<Map<string, string>>) => {
    let loaded: Promise<Map<string, string>> | undefined;
    return async (id: string) => {
      loaded ??= load();
      return (await loaded).get(id);
    };
  };
  return {
    scoreConfig: lazily(async () => {
      const { matched } = await readBothConfigs(run);
      return new Map([...matched].map(([id, config]) => [id, config.id]));
    }),
    queue: lazily(() => matchQueues(run)),
    run: lazily(() => matchRuns(run)),
  };
}
