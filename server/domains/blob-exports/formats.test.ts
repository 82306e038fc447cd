import { parse } from 'csv-parse/sync';
import { expect, it } from 'vitest';
import { fileOf } from './formats.ts';
import type { Field } from './records.ts';

interface Row {
  text: string;
  number: number;
  json: unknown;
}
const fields: Field<Row>[] = [
  { name: 'text', kind: 'text', of: (row) => row.text },
  { name: 'number', kind: 'number', of: (row) => row.number },
  { name: 'json', kind: 'json', of: (row) => row.json },
];
const texts = ['=HYPERLINK("http://x.test")', '+1', '-1', '@SUM(A1)', '\tx', '\rx', 'plain', 'a=b', ''];
const rows = texts.map((text) => ({ text, number: -0.5, json: text }));

async function csv(forPeople: boolean): Promise<Record<string, string>[]> {
  const table = {
    fields,
    batches: (async function* () {
      yield rows;
    })(),
  };
  const pieces: Uint8Array[] = [];
  for await (const piece of fileOf(table, 'CSV', { compressed: false, forPeople })) pieces.push(piece);
  return parse(Buffer.concat(pieces), { columns: true });
}

it('CSV for people holds no text that a spreadsheet takes for a formula', async () => {
  const read = await csv(true);
  expect(read.map(({ text }) => text)).toEqual(texts.map((text, i) => (i < 6 ? `'${text}` : text)));
  for (const { number, json } of read) {
    expect(number).toBe('-0.5');
    expect(json).toMatch(/^"/);
  }
});

it('CSV for programs holds texts as they are', async () => {
  expect((await csv(false)).map(({ text }) => text)).toEqual(texts);
});
