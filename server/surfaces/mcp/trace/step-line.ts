import { nameOf, type Step } from './step-tree.ts';

/** `1.23 s`, `45 ms`. @param ms milliseconds */
export function duration(ms: number): string {
  if (ms >= 1000) return `${trim(ms / 1000, ms >= 100_000 ? 0 : 2)} s`;
  return `${trim(ms, ms >= 10 ? 0 : 2)} ms`;
}

/** US dollars, small sums with what is left of their digits. */
export const money = (usd: number): string => `$${usd === 0 || usd >= 1 ? trim(usd, 2) : Number(usd.toPrecision(3)).toString()}`;

const trim = (value: number, digits: number): string => String(Number(value.toFixed(digits)));

/** One step in one line: `GENERATION answer (gpt-5) 1.2 s, $0.003, 120+34 tokens, ERROR: … [id]`. */
export function stepLine(step: Step): string {
  const { node } = step;
  const facts = [
    node.duration === null ? null : duration(node.duration),
    node.totalCost === null || node.totalCost === 0 ? null : money(node.totalCost),
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
