import { z } from 'zod';
import { anything, published } from './published.ts';
import { route, routes } from './route.ts';

export const scimFeatureSupport = published('ScimFeatureSupport', z.strictObject({ supported: z.boolean() }));
export const bulkConfig = published(
  'BulkConfig',
  z.strictObject({ supported: z.boolean(), maxOperations: z.int(), maxPayloadSize: z.int() }),
);
export const filterConfig = published('FilterConfig', z.strictObject({ supported: z.boolean(), maxResults: z.int() }));
export const resourceMeta = published('ResourceMeta', z.strictObject({ resourceType: z.string(), location: z.string() }));
export const authenticationScheme = published(
  'AuthenticationScheme',
  z.strictObject({ name: z.string(), description: z.string(), specUri: z.string(), type: z.string(), primary: z.boolean() }),
);
export const serviceProviderConfig = published(
  'ServiceProviderConfig',
  z.strictObject({
    schemas: z.array(z.string()),
    documentationUri: z.string(),
    patch: scimFeatureSupport,
    bulk: bulkConfig,
    filter: filterConfig,
    changePassword: scimFeatureSupport,
    sort: scimFeatureSupport,
    etag: scimFeatureSupport,
    authenticationSchemes: z.array(authenticationScheme),
    meta: resourceMeta,
  }),
);
export const schemaExtension = published('SchemaExtension', z.strictObject({ schema: z.string(), required: z.boolean() }));
export const resourceType = published(
  'ResourceType',
  z.strictObject({
    schemas: z.array(z.string()).nullish(),
    id: z.string(),
    name: z.string(),
    endpoint: z.string(),
    description: z.string(),
    schema: z.string(),
    schemaExtensions: z.array(schemaExtension),
    meta: resourceMeta,
  }),
);
export const resourceTypesResponse = published(
  'ResourceTypesResponse',
  z.strictObject({ schemas: z.array(z.string()), totalResults: z.int(), Resources: z.array(resourceType) }),
);
export const schemaResource = published(
  'SchemaResource',
  z.strictObject({
    id: z.string(),
    name: z.string(),
    description: z.string(),
    attributes: z.array(anything),
    meta: resourceMeta,
  }),
);
export const schemasResponse = published(
  'SchemasResponse',
  z.strictObject({ schemas: z.array(z.string()), totalResults: z.int(), Resources: z.array(schemaResource) }),
);
export const userMeta = published(
  'UserMeta',
  z.strictObject({ resourceType: z.string(), created: z.string().nullish(), lastModified: z.string().nullish() }),
);
export const scimName = published('ScimName', z.strictObject({ formatted: z.string().nullish() }));
export const scimEmail = published('ScimEmail', z.strictObject({ primary: z.boolean(), value: z.string(), type: z.string() }));
export const scimUser = published(
  'ScimUser',
  z.strictObject({
    schemas: z.array(z.string()),
    id: z.string(),
    userName: z.string(),
    name: scimName,
    emails: z.array(scimEmail),
    meta: userMeta,
  }),
);
export const scimUsersListResponse = published(
  'ScimUsersListResponse',
  z.strictObject({
    schemas: z.array(z.string()),
    totalResults: z.int(),
    startIndex: z.int(),
    itemsPerPage: z.int(),
    Resources: z.array(scimUser),
  }),
);

export const scimRoutes = routes('SCIM', [
  route('getScimServiceProviderConfig', 'GET', {
    path: '/scim/ServiceProviderConfig',
    auth: 'organization',
    errors: 'scim',
    answers: { 200: serviceProviderConfig },
  }),
  route('listScimResourceTypes', 'GET', {
    path: '/scim/ResourceTypes',
    auth: 'organization',
    errors: 'scim',
    answers: { 200: resourceTypesResponse },
  }),
  route('listScimSchemas', 'GET', {
    path: '/scim/Schemas',
    auth: 'organization',
    errors: 'scim',
    answers: { 200: schemasResponse },
  }),
  route('listScimUsers', 'GET', {
    path: '/scim/Users',
    auth: 'organization',
    errors: 'scim',
    query: z.object({ filter: z.string().optional(), startIndex: z.int().optional(), count: z.int().optional() }),
    answers: { 200: scimUsersListResponse },
  }),
  route('createScimUser', 'POST', {
    path: '/scim/Users',
    auth: 'organization',
    errors: 'scim',
    body: z.object({
      userName: z.string(),
      name: scimName,
      emails: z.array(scimEmail).nullish(),
      active: z.boolean().nullish(),
      password: z.string().nullish(),
    }),
    answers: { 201: scimUser },
  }),
  route('getScimUser', 'GET', { path: '/scim/Users/{userId}', auth: 'organization', errors: 'scim', answers: { 200: scimUser } }),
  route('deleteScimUser', 'DELETE', {
    path: '/scim/Users/{userId}',
    auth: 'organization',
    errors: 'scim',
    answers: { 200: z.strictObject({}), 204: null },
  }),
  route('replaceScimUser', 'PUT', {
    path: '/scim/Users/{userId}',
    auth: 'organization',
    errors: 'scim',
    listed: false,
    body: z.object({ schemas: z.array(z.string()), active: z.boolean().optional(), roles: z.array(z.string()).optional() }),
    answers: { 200: scimUser, 204: null },
  }),
  route('patchScimUser', 'PATCH', {
    path: '/scim/Users/{userId}',
    auth: 'organization',
    errors: 'scim',
    listed: false,
    body: z.object({ Operations: z.array(z.object({ op: z.literal('replace'), value: z.object({ active: z.boolean() }) })) }),
    answers: { 200: scimUser, 204: null },
  }),
]);
