import { z } from 'zod';

// The pages' content policy forbids code made from text. The schema library would try it and fall back; told beforehand, it does not try,
// and the browser has nothing to report. Imported first, before any schema is made.
z.config({ jitless: true });
