import { createHash } from 'node:crypto';
import { call } from './api.ts';
import type { Person } from './person.ts';
import type { TestServer } from './server.ts';
import { exportOf, newSpanId, newTraceId, spanOf } from './spans.ts';

/** Texts that are found again: in names, and in what is held but in no name. */
export interface Marks {
  secret: string;
  content: string;
}

type Filled = Pick<TestServer, 'url' | 'authorization' | 'projectId'>;

/**
 * Puts one of everything into a project, with its key and as a member of it.
 * @returns ids and names of what is there, by the path parameter that means it: `projectId`, `traceId`, …
 */
export async function fillProject(server: Filled, owner: Person, { secret, content }: Marks): Promise<Record<string, string>> {
  const traceId = newTraceId();
  const observationId = newSpanId();
  const attributes = [
    { key: 'langfuse.trace.name', value: { stringValue: secret } },
    { key: 'langfuse.observation.input', value: { stringValue: content } },
    { key: 'session.id', value: { stringValue: `${secret}-session` } },
    { key: 'user.id', value: { stringValue: secret } },
  ];
  const make = async <T>(path: string, body: unknown, method = 'POST'): Promise<T> => {
    const answer = await call<T>(server, method, `/api/public${path}`, body);
    if (answer.status > 201) throw new Error(`${method} ${path} was answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  await make('/otel/v1/traces', exportOf([spanOf(traceId, observationId, { attributes })]));
  const { id: scoreId } = await make<{ id: string }>('/scores', { traceId, name: secret, value: 1, comment: content });
  const { id: configId } = await make<{ id: string }>('/score-configs', {
    name: secret,
    dataType: 'NUMERIC',
    description: content,
  });
  await make('/v2/prompts', { name: secret, type: 'text', prompt: content, labels: ['production'] });
  await make('/v2/datasets', { name: secret, description: content });
  const { id: itemId } = await make<{ id: string }>('/dataset-items', { datasetName: secret, input: content });
  await make('/dataset-run-items', { runName: secret, datasetItemId: itemId, traceId });
  const { id: queueId } = await make<{ id: string }>('/annotation-queues', {
    name: secret,
    description: content,
    scoreConfigIds: [configId],
  });
  const { id: queueItemId } = await make<{ id: string }>(`/annotation-queues/${queueId}/items`, {
    objectId: traceId,
    objectType: 'TRACE',
  });
  const comment = { projectId: server.projectId, objectType: 'TRACE', objectId: traceId, content };
  const { id: commentId } = await make<{ id: string }>('/comments', comment);
  const mediaId = await fillMedia(server, traceId, content);
  const { id: connectionId } = await make<{ id: string }>(
    '/llm-connections',
    { provider: secret, adapter: 'openai', secretKey: content },
    'PUT',
  );
  const { id: evaluatorId } = await make<{ id: string }>('/unstable/evaluators', {
    type: 'code',
    name: secret,
    sourceCode: content,
    sourceCodeLanguage: 'PYTHON',
  });
  const { id: evaluationRuleId } = await make<{ id: string }>('/unstable/evaluation-rules', {
    name: secret,
    evaluators: [{ evaluator: { name: secret } }],
    target: 'observation',
    enabled: false,
    filter: [{ type: 'string', column: 'userId', operator: '=', value: content }],
  });
  const skill = await make<{ name: string; version: number }>('/unstable/skills', {
    files: [{ path: 'SKILL.md', content: `---\nname: a-skill\ndescription: ${JSON.stringify(secret)}\n---\n${content}\n` }],
  });
  const { id: widgetId } = await make<{ id: string }>('/unstable/dashboard-widgets', {
    name: secret,
    description: content,
    view: 'observations',
    dimensions: [],
    metrics: [{ measure: 'count', agg: 'count' }],
    filters: [],
    chartType: 'NUMBER',
  });
  const { id: dashboardId } = await make<{ id: string }>('/unstable/dashboards', {
    name: secret,
    description: content,
    definition: { widgets: [{ type: 'widget', id: secret, widgetId, x: 0, y: 0, width: 6, height: 6 }] },
  });
  const automations = `/api/v1/projects/${server.projectId}/automations`;
  const { body: made } = await call<{ automation: { id: string } }>(server, 'POST', automations, {
    name: secret,
    trigger: { source: 'prompt', eventActions: ['created'] },
    action: { type: 'WEBHOOK', url: `https://hooks.invalid/${content}` },
  });
  const automationId = made.automation.id;
  const { body: sent } = await call<{ id: string }>(server, 'POST', `${automations}/${automationId}/test`, {});
  const { body: me } = await owner.call<{ user: { id: string }; organisations: { id: string }[] }>('GET', '/api/v1/me');
  const keys = await owner.call<{ data: { id: string }[] }>('GET', `/api/v1/projects/${server.projectId}/api-keys`);
  return {
    traceId,
    observationId,
    scoreId,
    configId,
    id: itemId,
    sessionId: `${secret}-session`,
    promptName: secret,
    name: secret,
    version: '1',
    datasetName: secret,
    runName: secret,
    queueId,
    itemId: queueItemId,
    commentId,
    mediaId,
    connectionId,
    evaluatorId,
    evaluationRuleId,
    ruleId: evaluationRuleId,
    skillName: skill.name,
    skillVersion: String(skill.version),
    widgetId,
    dashboardId,
    placementId: secret,
    automationId,
    executionId: sent.id,
    projectId: server.projectId,
    organisationId: me.organisations[0]!.id,
    userId: me.user.id,
    apiKeyId: keys.body.data[0]!.id,
  };
}

/** Uploads a text, and returns its id. */
async function fillMedia(server: Filled, traceId: string, text: string): Promise<string> {
  const content = Buffer.from(text);
  const { body: announced } = await call<{ mediaId: string; uploadUrl: string }>(server, 'POST', '/api/public/media', {
    traceId,
    field: 'input',
    contentType: 'text/plain',
    contentLength: content.length,
    sha256Hash: createHash('sha256').update(content).digest('base64'),
  });
  const headers = { 'content-type': 'text/plain' };
  const { status } = await fetch(announced.uploadUrl, { method: 'PUT', headers, body: content });
  if (status !== 200) throw new Error(`the upload was answered ${status}`);
  await call(server, 'PATCH', `/api/public/media/${announced.mediaId}`, {
    uploadedAt: new Date().toISOString(),
    uploadHttpStatus: status,
  });
  return announced.mediaId;
}
