import { customType } from 'drizzle-orm/pg-core';
import { parseJson } from '../../../../contract/json/parse.ts';

/** A JSON value kept as its text: reads back with the key order and the characters it came with, which `jsonb` does not keep. */
export const jsonText = customType<{ data: unknown; driverData: string }>({
  dataType: () => 'text',
  toDriver: (value) => JSON.stringify(value),
  fromDriver: (text) => parseJson(text),
});
