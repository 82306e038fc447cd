import { formatCost, formatDuration } from '../../../../contract/format.ts';
import { nameOf, type Step } from './step-tree.ts';

/** One step in one line: `GENERATION answer (gpt-5) 1.2 s, $0.003, 120+34 tokens, ERROR: … [id]`. */
export function stepLine(step: Step): string {
  const { node } = step;
  const facts = [
    node.duration === null ? null : formatDuration(node.duration),
    node.totalCost === null || node.totalCost === 0 ? null : formatCost(node.totalCost),
    node.totalTokens > 0 ? `${node.inputTokens}+${node.outputTokens} tokens` : null,
    node.level === 'ERROR' || node.level === 'WARNING' ? levelOf(step) : null,
  ].filter((fact) => fact !== null);
  const model = node.model === null ? '' : ` (${node.model.slice(0, 60)})`;
  const said = facts.length > 0 ? ` ${facts.join(', ')}` : '';
  return `${node.type} ${nameOf(step)}${model}${said} [${node.id}]`;
}

function levelOf({ node }: Step): string {
  const message = node.statusMessage?.replace(/\s+/g, ' ').slice(0, 120);
  return message ? `${node.level}: ${message}` : node.level;
}
