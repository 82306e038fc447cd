import { NOTHING } from '../../../contract/format.ts';

/** Longer texts are cut: the trace shows them whole. */
const MOST = 2_000;

/** A value in a cell: a text as it is, everything else as JSON. */
export function plainText(value: unknown): string {
  if (value === null || value === undefined || value === '') return NOTHING;
  const text = typeof value === 'string' ? value : JSON.stringify(value, null, 1);
  return text.length > MOST ? `${text.slice(0, MOST)}…` : text;
}
