// `@langfuse/client` 5.11: evaluators and rules by id, and models under ids of the caller's choice, over `api`.
import { LangfuseClient } from '@langfuse/client';

const { api } = new LangfuseClient({
  publicKey: process.env.LANGFUSE_PUBLIC_KEY,
  secretKey: process.env.LANGFUSE_SECRET_KEY,
  baseUrl: process.env.LANGFUSE_BASE_URL,
});
const seen = {};
const refusal = async (work) => {
  try {
    await work;
    return null;
  } catch (error) {
    return [error.statusCode, error.body?.code];
  }
};

const judge = {
  type: 'llm_as_judge',
  name: 'js judge',
  prompt: 'Judge {{output}}.',
  outputDefinition: { dataType: 'BOOLEAN' },
  variableMapping: [{ variable: 'output', source: 'output' }],
};
const first = await api.evaluators.create(judge);
const second = await api.evaluators.create(judge);
seen.evaluator = [first.version, first.prompt, first.outputDefinition, first.id !== second.id];
const page = await api.evaluators.list({ limit: 1 });
const rest = await api.evaluators.list({ limit: 1, cursor: page.meta.cursor });
seen.listed = [page.data[0].id === second.id, rest.data[0].id === first.id];
const { name, ...definition } = judge;
const changed = await api.evaluators.update(first.id, { ...definition, prompt: [{ role: 'system', content: '{{output}}' }] });
seen.changed = [changed.name, changed.version, changed.prompt[0].role];
seen.versions = (await api.evaluators.listVersions(first.id)).data.map(({ version }) => version);
const rule = await api.evaluationRules.create({
  name: 'js rule',
  enabled: true,
  evaluatorAssignments: [{ evaluatorId: first.id }],
  filter: [{ type: 'stringObject', column: 'metadata', key: 'team', operator: 'is not set', value: '' }],
});
seen.rule = [(await api.evaluationRules.get(rule.id)).filter, (await api.evaluationRules.list()).data.length];
seen.off = (await api.evaluationRules.update(rule.id, { evaluatorAssignments: [] })).enabled;
seen.empty = await refusal(api.evaluationRules.update(rule.id, { enabled: true }));
seen.deleted = [
  (await api.evaluationRules.delete(rule.id)).id === rule.id,
  (await api.evaluators.delete(first.id)).id === first.id,
  (await api.evaluators.delete(second.id)).id === second.id,
];
seen.gone = await refusal(api.evaluators.get(first.id));
const model = { modelName: 'js model', matchPattern: '^js$', unit: 'TOKENS', inputPrice: 1 };
seen.model = (await api.models.upsert('js-chosen', model)).id;
await api.models.delete('js-chosen');
console.log(JSON.stringify(seen));
