import { z } from 'zod';
import { operation } from '../operation.ts';
import { createScoreConfigInput, scoreConfig, updateScoreConfigInput } from '../score-config.ts';

const projectId = z.string();
const page = z.number().int().min(1).default(1);
const limit = z.number().int().min(1).max(100).default(50);

export const listScoreConfigs = operation({
  id: 'listScoreConfigs',
  method: 'GET',
  path: '/projects/{projectId}/score-configs',
  access: 'any',
  role: 'VIEWER',
  summary: 'List score configs, newest first',
  input: z.object({ projectId, page, limit }),
  output: z.object({ data: z.array(scoreConfig), totalCount: z.number().int() }),
});

export const getScoreConfig = operation({
  id: 'getScoreConfig',
  method: 'GET',
  path: '/projects/{projectId}/score-configs/{configId}',
  access: 'any',
  role: 'VIEWER',
  summary: 'Get a score config',
  input: z.object({ projectId, configId: z.string() }),
  output: scoreConfig,
});

export const createScoreConfig = operation({
  id: 'createScoreConfig',
  method: 'POST',
  path: '/projects/{projectId}/score-configs',
  access: 'any',
  role: 'MEMBER',
  summary: 'Create a score config',
  input: createScoreConfigInput.extend({ projectId }),
  output: scoreConfig,
});

export const updateScoreConfig = operation({
  id: 'updateScoreConfig',
  method: 'PATCH',
  path: '/projects/{projectId}/score-configs/{configId}',
  access: 'any',
  role: 'MEMBER',
  summary: 'Change or archive a score config',
  input: z.intersection(z.object({ projectId, configId: z.string() }), updateScoreConfigInput),
  output: scoreConfig,
});
