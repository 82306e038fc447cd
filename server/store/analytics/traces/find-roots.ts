/** What is asked of a step to find the roots of its trace. */
interface Placed {
  id: string;
  parent_id: string;
  is_app_root: boolean;
}

/**
 * The logical roots of a trace in the order of its steps: steps without a parent; else those that are marked as the root although they
 * have one; else, `orphaned`, those whose parent is not here, which is nobody's loss until it comes. Where every step has a parent here,
 * itself or in a ring, the first step is the root.
 */
export function findRoots<Step extends Placed>(steps: readonly Step[]): { roots: Step[]; orphaned: boolean } {
  const parentless = steps.filter((step) => step.parent_id === '');
  if (parentless.length > 0) return { roots: parentless, orphaned: false };
  const marked = steps.filter((step) => step.is_app_root);
  if (marked.length > 0) return { roots: marked, orphaned: false };
  const known = new Set(steps.map(({ id }) => id));
  const orphans = steps.filter((step) => step.parent_id === step.id || !known.has(step.parent_id));
  return { roots: orphans.length > 0 ? orphans : steps.slice(0, 1), orphaned: true };
}
