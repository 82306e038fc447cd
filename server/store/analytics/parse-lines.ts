import { createBreath } from '../../lib/gently.ts';

/** About so many characters are parsed at a time. */
const PIECE = 256 * 1024;

/** Rows of an answer of one JSON object a line. A large one is parsed in stretches. */
export async function parseLines<Row>(text: string): Promise<Row[]> {
  if (text.length < 2) return [];
  if (text.length <= PIECE) return parsePiece(text);
  const breath = createBreath();
  const rows: Row[] = [];
  for (let from = 0; from < text.length; ) {
    const end = text.indexOf('\n', from + PIECE);
    const to = end === -1 ? text.length : end;
    for (const row of parsePiece<Row>(text.slice(from, to))) rows.push(row);
    from = to + 1;
    if (breath.due()) await breath.take();
  }
  return rows;
}

const parsePiece = <Row>(lines: string): Row[] => JSON.parse(`[${lines.trimEnd().replaceAll('\n', ',')}]`) as Row[];
