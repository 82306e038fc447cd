const REFERENCE = /@@@langfuseMedia:type=([^|@]*)\|id=([^|@]+)\|source=[^|@]*@@@/g;

/** Ids of the files that a value refers to, wherever in it (contract §5.5), each once. */
export function mediaIdsIn(value: unknown): string[] {
  if (value === null || value === undefined || typeof value === 'number' || typeof value === 'boolean') return [];
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  if (!text.includes('@@@langfuseMedia:')) return [];
  return [...new Set([...text.matchAll(REFERENCE)].map(([, , id]) => id!))];
}
