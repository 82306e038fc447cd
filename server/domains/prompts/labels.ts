import { LATEST } from '../../../contract/prompt.ts';

/** What the rules of labels look at: one version of a prompt. */
export interface Labelled {
  version: number;
  labels: readonly string[];
}

const highest = (versions: readonly Labelled[]): number => Math.max(...versions.map(({ version }) => version));

/**
 * The labels of all versions after `given` were put on one of them: they join those that it has, in order, and leave every other
 * version (contract §1.7). `latest` is always on the highest version, as its last label when it comes there.
 */
export function putLabels<V extends Labelled>(versions: readonly V[], target: number, given: readonly string[]): V[] {
  const moved = new Set(given.filter((label) => label !== LATEST));
  return settleLatest(
    versions.map((each) => ({
      ...each,
      labels:
        each.version === target ? [...new Set([...each.labels, ...moved])] : each.labels.filter((label) => !moved.has(label)),
    })),
  );
}

/** The same versions with `latest` on the highest one alone: after a version came or went. */
export function settleLatest<V extends Labelled>(versions: readonly V[]): V[] {
  const top = highest(versions);
  return versions.map((each) => {
    const has = each.labels.includes(LATEST);
    if (has === (each.version === top)) return each;
    return { ...each, labels: has ? each.labels.filter((label) => label !== LATEST) : [...each.labels, LATEST] };
  });
}

/** The versions whose labels differ from those before, as they are after. Versions that were not there before do not count. */
export function relabelled<V extends Labelled>(before: readonly Labelled[], after: readonly V[]): V[] {
  const old = new Map(before.map(({ version, labels }) => [version, labels]));
  return after.filter(({ version, labels }) => {
    const known = old.get(version);
    return known !== undefined && known.join(' ') !== labels.join(' ');
  });
}
