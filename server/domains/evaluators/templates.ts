import type { EvaluatorTemplate, TemplateFilter } from '../../../contract/evaluator.ts';
import { codeTemplates } from './code-templates.ts';
import { judgeTemplates } from './judge-templates.ts';

const templates: readonly EvaluatorTemplate[] = [...judgeTemplates, ...codeTemplates];

/** The built-in evaluators to start from that fit; the same for every project. */
export function listEvaluatorTemplates({ search, category, type }: TemplateFilter = {}): EvaluatorTemplate[] {
  const words = (search ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  return templates.filter((template) => {
    const text = `${template.id} ${template.name} ${template.description}`.toLowerCase();
    return (
      (category === undefined || template.category === category) &&
      (type === undefined || template.definition.type === type) &&
      words.every((word) => text.includes(word))
    );
  });
}
