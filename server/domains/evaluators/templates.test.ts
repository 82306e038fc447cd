import { expect, it } from 'vitest';
import { createEvaluatorInput, evaluatorTemplate } from '../../../contract/evaluator.ts';
import { definitionOf, variablesOfDefinition } from './definition.ts';
import { listEvaluatorTemplates } from './templates.ts';

const all = listEvaluatorTemplates();

/** The scores that a code template gives. */
async function evaluate(id: string, context: object): Promise<Record<string, unknown>[]> {
  const template = all.find((each) => each.id === id)!;
  if (template.definition.type !== 'code') throw new Error(`${id} is no code`);
  const module = (await import(`data:text/javascript,${encodeURIComponent(template.definition.sourceCode)}`)) as {
    evaluate(context: object): { scores: Record<string, unknown>[] };
  };
  return module.evaluate(context).scores;
}

it.each(all.map((template) => [template.id, template] as const))('%s makes an evaluator as it is', (_, template) => {
  expect(evaluatorTemplate.parse(template)).toEqual(template);
  const input = createEvaluatorInput.parse({ name: template.name, ...template.definition });
  const definition = definitionOf(input);
  expect(definition).toMatchObject(
    template.definition.type === 'code'
      ? { sourceCode: template.definition.sourceCode }
      : { prompt: template.definition.prompt, outputDefinition: template.definition.outputDefinition },
  );
  if (template.definition.type === 'llm_as_judge') {
    expect(template.definition.variables).toEqual(variablesOfDefinition(definition));
    expect(template.definition.variables).toContain('output');
  }
});

it('finds by words, category and type', () => {
  const ids = (filter: Parameters<typeof listEvaluatorTemplates>[0]) => listEvaluatorTemplates(filter).map(({ id }) => id);
  expect(new Set(ids({})).size).toBe(all.length);
  expect(ids({ type: 'code' })).toEqual(['valid-json', 'exact-match', 'regex']);
  expect(ids({ category: 'safety' })).toEqual(['toxicity']);
  expect(ids({ search: 'answer FACTS' })).toEqual(['hallucination']);
  expect(ids({ search: 'json', type: 'llm_as_judge' })).toEqual([]);
});

it('knows JSON, with or without a fence', async () => {
  const values = async (output: unknown) => (await evaluate('valid-json', { observation: { output } }))[0]!.value;
  expect(await values('{"a": [1]}')).toBe(1);
  expect(await values('```json\n{"a": 1}\n```')).toBe(1);
  expect(await values({ a: 1 })).toBe(1);
  expect(await values('Sure! {"a": 1}')).toBe(0);
  expect(await values(null)).toBe(0);
});

it('knows an exact match whatever the order of keys', async () => {
  const match = async (output: unknown, itemExpectedOutput: unknown) =>
    (await evaluate('exact-match', { observation: { output }, experiment: { itemExpectedOutput } }))[0]!.value;
  expect(await match({ a: 1, b: { c: [1, 2], d: ' x ' } }, { b: { d: 'x', c: [1, 2] }, a: 1 })).toBe(1);
  expect(await match([1, 2], [2, 1])).toBe(0);
  expect(await match('yes', 'Yes')).toBe(0);
  expect(await match(undefined, null)).toBe(0);
  await expect(evaluate('exact-match', { observation: { output: 1 } })).rejects.toThrow('experiments');
});

it('knows a pattern', async () => {
  const fits = async (output: unknown) => (await evaluate('regex', { observation: { output } }))[0];
  expect(await fits('ORDER-123456')).toMatchObject({ name: 'pattern', dataType: 'BOOLEAN', value: 1 });
  expect(await fits('order 1')).toMatchObject({ value: 0, comment: 'does not fit /^ORDER-\\d{6}$/' });
});
