import { z } from 'zod';

/** Whether the metadata store holds a text as it is: no character NUL, no half of a surrogate pair. */
export const isStorable = (text: string): boolean => !text.includes('\0') && text.isWellFormed();

/** A text of settings. */
export const storable = z.string().refine(isStorable, 'must be valid Unicode without the character NUL');
