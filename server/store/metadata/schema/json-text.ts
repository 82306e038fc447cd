import { customType } from 'drizzle-orm/pg-core';

/** A JSON value kept as its text: reads back with the key order and the characters it came with, which `jsonb` does not keep. */
export const jsonText = customType<{ data: unknown; driverData: string }>({
  dataType: () => 'text',
  toDriver: (value) => JSON.stringify(value),
  fromDriver: (text) => JSON.parse(text) as unknown,
});
