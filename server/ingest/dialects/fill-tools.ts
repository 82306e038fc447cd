import type { ObservationRow } from '../../store/analytics/rows.ts';
import { parseJson } from './span.ts';
import { toolCallsIn } from './tool-calls.ts';
import { definitionColumn, definitionsIn } from './tool-definitions.ts';

/**
 * Fills the tool columns of a row from its texts: definitions in the input, calls in the output (contract §3.9). Texts are parsed only when
 * they can hold any.
 */
export function fillTools(row: ObservationRow): void {
  if (row.input.includes('tool')) {
    const definitions = definitionsIn(parseJson(row.input));
    if (definitions.size > 0) row.tool_definitions = definitionColumn(definitions);
  }
  if (/tool|function_?call/i.test(row.output)) {
    const calls = toolCallsIn(parseJson(row.output));
    row.tool_calls = calls.map((call) => JSON.stringify(call));
    row.tool_call_names = calls.map((call) => call.name);
  }
}
