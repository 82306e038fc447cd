import { billUsage } from './bill-usage.ts';
import { isWhole, quantityOf } from './quantities.ts';
import { settle } from './settle.ts';

/**
 * What an instrumentation tells, where input and output hold their details, as the map that is stored: details stand beside what is left of
 * their side, with the total. Where the total or the amounts show that a sender counts details beside their side, nothing is taken out.
 *
 * @param told what is told, under the names that are stored; a total only if one was told
 * @param kept details that stay inside in the map too: readers of Langfuse's API know them so
 * @param always details lie inside whatever the numbers say
 */
export function tellApart(
  told: Readonly<Record<string, number>>,
  kept: ReadonlySet<string>,
  always = false,
): Record<string, number> {
  if (isPlain(told)) return { ...told, total: told.total ?? (told.input ?? 0) + (told.output ?? 0) };
  const { total: _, ...parts } = told;
  const { inside, nested, total } = settle(always ? parts : told, isInside);
  const shown = { ...told };
  const takeOut = (detail: string, whole: string) => {
    if (!kept.has(detail)) shown[whole] = Math.max(0, shown[whole]! - told[detail]!);
  };
  for (const [detail, sum] of nested) takeOut(detail, sum);
  for (const name in told) {
    const quantity = quantityOf(name);
    if (!isWhole(quantity)) continue;
    for (const detail in told) {
      const isDetail = always ? isInside(detail) && !nested.has(detail) && detail !== name : inside.has(detail);
      if (isDetail && quantityOf(detail).side === quantity.side) takeOut(detail, name);
    }
  }
  shown.total ??= always ? billUsage(shown).total : total;
  return shown;
}

function isPlain(told: Readonly<Record<string, number>>): boolean {
  for (const name in told) if (name !== 'input' && name !== 'output' && name !== 'total') return false;
  return true;
}

/** Instrumentations count what they detail in the side; only Gemini's thoughts stand beside its candidates, under whatever name. */
const isInside = (name: string): boolean => !/thought/i.test(name);
