import { build } from '../../scripts/prepare.mjs';

/** Before all end-to-end tests: builds what they start, unless nothing changed or TELLTALE_TEST_SERVER names another build. */
export default function setup() {
  if (!process.env.TELLTALE_TEST_SERVER) build({ binary: process.execPath, env: process.env });
}
