import type { ObservationType } from '../../../contract/observation.ts';
import type { DecodedSpan } from '../otlp/decoded.ts';
import { firstSaid, firstTruthy, hit, type InputOutput, type IoSource, parseOrKeep } from './span.ts';

/* Flue. */

export function flueType(span: DecodedSpan): ObservationType | undefined {
  if (firstTruthy(span.attributes, ['flue.tool.name', 'flue.tool.call_id'])) return 'TOOL';
  return firstTruthy(span.attributes, ['flue.task.id', 'flue.task.agent']) ? 'AGENT' : undefined;
}

/** Contract §3.5, rule 4. */
export function flueIo({ attributes, scopeName }: IoSource): InputOutput | undefined {
  if (scopeName !== '@flue/opentelemetry') return undefined;
  return hit(
    parseOrKeep(firstSaid(attributes, ['flue.turn.input', 'flue.tool.arguments', 'flue.task.prompt', 'flue.workflow.payload'])),
    parseOrKeep(
      firstSaid(attributes, [
        'flue.turn.output',
        'flue.tool.result',
        'flue.task.result',
        'flue.operation.result',
        'flue.workflow.result',
      ]),
    ),
  );
}
