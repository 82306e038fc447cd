import type { EvaluatorTemplate } from '../../../contract/evaluator.ts';

type About = Pick<EvaluatorTemplate, 'id' | 'name' | 'description' | 'category'>;

const typescript = (about: About, sourceCode: string): EvaluatorTemplate => ({
  ...about,
  definition: { type: 'code', sourceCode, sourceCodeLanguage: 'TYPESCRIPT' },
});

/**
 * Checks in code to start from. `evaluate` gets `{ observation: { input, output, metadata, toolCalls }, experiment?: { itemExpectedOutput,
 * itemMetadata } }` and returns `{ scores: [{ name, value, dataType, comment? }] }`, the form that code evaluators for Langfuse have.
 */
export const codeTemplates: readonly EvaluatorTemplate[] = [
  typescript(
    {
      id: 'valid-json',
      name: 'Valid JSON',
      description: 'Is the output JSON? A fence of Markdown around it is taken off first.',
      category: 'format',
    },
    `export function evaluate({ observation: { output } }) {
  if (typeof output !== 'string') {
    const value = output === null || output === undefined ? 0 : 1;
    return { scores: [{ name: 'valid-json', dataType: 'BOOLEAN', value }] };
  }
  const text = output.trim().replace(/^\`\`\`(?:json)?\\s*([\\s\\S]*?)\\s*\`\`\`$/, '$1');
  try {
    JSON.parse(text);
    return { scores: [{ name: 'valid-json', dataType: 'BOOLEAN', value: 1 }] };
  } catch (error) {
    return { scores: [{ name: 'valid-json', dataType: 'BOOLEAN', value: 0, comment: error.message }] };
  }
}
`,
  ),
  typescript(
    {
      id: 'exact-match',
      name: 'Exact match',
      description: 'Is the output the expected output? Order of keys and space at the ends do not count. For experiments.',
      category: 'quality',
    },
    `function sorted(value) {
  if (typeof value === 'string') return value.trim();
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key])]));
}

export function evaluate({ observation: { output }, experiment }) {
  if (!experiment) throw new Error('An expected output is only there in experiments.');
  const same = JSON.stringify(sorted(output)) === JSON.stringify(sorted(experiment.itemExpectedOutput));
  return { scores: [{ name: 'exact-match', dataType: 'BOOLEAN', value: same ? 1 : 0 }] };
}
`,
  ),
  typescript(
    {
      id: 'regex',
      name: 'Pattern',
      description: 'Does the output fit a regular expression? Put your own in the first line.',
      category: 'format',
    },
    `const PATTERN = /^ORDER-\\d{6}$/;

export function evaluate({ observation: { output } }) {
  const text = typeof output === 'string' ? output : JSON.stringify(output ?? '');
  const fits = PATTERN.test(text);
  return {
    scores: [{ name: 'pattern', dataType: 'BOOLEAN', value: fits ? 1 : 0, comment: fits ? undefined : 'does not fit ' + PATTERN }],
  };
}
`,
  ),
];
