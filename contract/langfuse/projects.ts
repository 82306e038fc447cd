import { z } from 'zod';
import { anything, givenTime, published, timestamp } from './published.ts';
import { route, routes } from './route.ts';

export const organization = published('Organization', z.strictObject({ id: z.string(), name: z.string() }));
export const project = published(
  'Project',
  z.strictObject({
    id: z.string(),
    name: z.string(),
    organization: organization,
    metadata: z.record(z.string(), anything),
    retentionDays: z.int().nullish(),
  }),
);
export const projects = published('Projects', z.strictObject({ data: z.array(project) }));
export const projectDeletionResponse = published(
  'ProjectDeletionResponse',
  z.strictObject({ success: z.boolean(), message: z.string() }),
);
export const apiKeySummary = published(
  'ApiKeySummary',
  z.strictObject({
    id: z.string(),
    createdAt: timestamp,
    expiresAt: timestamp.nullish(),
    lastUsedAt: timestamp.nullish(),
    name: z.string().nullish(),
    note: z.string().nullish(),
    publicKey: z.string(),
    displaySecretKey: z.string(),
  }),
);
export const apiKeyList = published('ApiKeyList', z.strictObject({ apiKeys: z.array(apiKeySummary) }));
export const apiKeyResponse = published(
  'ApiKeyResponse',
  z.strictObject({
    id: z.string(),
    createdAt: timestamp,
    expiresAt: timestamp.nullish(),
    publicKey: z.string(),
    secretKey: z.string(),
    displaySecretKey: z.string(),
    name: z.string().nullish(),
    note: z.string().nullish(),
  }),
);
export const apiKeyDeletionResponse = published('ApiKeyDeletionResponse', z.strictObject({ success: z.boolean() }));

const projectFields = {
  name: z.string().min(3).max(60),
  metadata: z.union([z.record(z.string(), anything), z.string()]).optional(),
};
const retention = z.int().min(0).describe('Days; 0 for ever, else at least 3.');

export const projectsRoutes = routes('Projects', [
  route('getProject', 'GET', { path: '/projects', auth: 'project', errors: 'admin', answers: { 200: projects } }),
  route('createProject', 'POST', {
    path: '/projects',
    auth: 'organization',
    errors: 'admin',
    body: z.object({ ...projectFields, retention: retention.optional() }),
    answers: { 201: project },
  }),
  route('updateProject', 'PUT', {
    path: '/projects/{projectId}',
    auth: 'organization',
    errors: 'admin',
    body: z.object({ ...projectFields, retention: retention.nullish() }),
    answers: { 200: project },
  }),
  route('deleteProject', 'DELETE', {
    path: '/projects/{projectId}',
    auth: 'organization',
    errors: 'admin',
    answers: { 202: projectDeletionResponse },
  }),
  route('listProjectApiKeys', 'GET', {
    path: '/projects/{projectId}/apiKeys',
    auth: 'organization',
    errors: 'admin',
    answers: { 200: apiKeyList },
  }),
  route('createProjectApiKey', 'POST', {
    path: '/projects/{projectId}/apiKeys',
    auth: 'organization',
    errors: 'admin',
    body: z.object({
      name: z.string().nullish(),
      note: z.string().nullish(),
      expiresAt: givenTime.nullish(),
      publicKey: z.string().nullish(),
      secretKey: z.string().nullish(),
    }),
    answers: { 201: apiKeyResponse },
  }),
  route('deleteProjectApiKey', 'DELETE', {
    path: '/projects/{projectId}/apiKeys/{apiKeyId}',
    auth: 'organization',
    errors: 'admin',
    answers: { 200: apiKeyDeletionResponse },
  }),
]);
