/* What SCIM clients ask before anything else (RFC 7643 §5-§7, RFC 7644 §4): what the server can do and what a user looks like. */

export const USER_SCHEMA = 'urn:ietf:params:scim:schemas:core:2.0:User';
export const LIST_RESPONSE = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';
export const ERROR = 'urn:ietf:params:scim:api:messages:2.0:Error';
const BASE = '/api/public/scim';

/** Users in one page at most. */
export const MAX_RESULTS = 1000;

export const serviceProviderConfig = {
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig'],
  documentationUri: 'https://datatracker.ietf.org/doc/html/rfc7644',
  patch: { supported: true },
  bulk: { supported: false, maxOperations: 0, maxPayloadSize: 0 },
  filter: { supported: true, maxResults: MAX_RESULTS },
  changePassword: { supported: false },
  sort: { supported: false },
  etag: { supported: false },
  authenticationSchemes: [
    {
      name: 'HTTP Basic',
      description: "Public and secret key of an organisation's API key.",
      specUri: 'https://datatracker.ietf.org/doc/html/rfc7617',
      type: 'httpbasic',
      primary: true,
    },
  ],
  meta: { resourceType: 'ServiceProviderConfig', location: `${BASE}/ServiceProviderConfig` },
};

const listOf = <Resource>(resources: readonly Resource[]) => ({
  schemas: [LIST_RESPONSE],
  totalResults: resources.length,
  Resources: resources,
});

export const resourceTypes = listOf([
  {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:ResourceType'],
    id: 'User',
    name: 'User',
    endpoint: `${BASE}/Users`,
    description: 'A member of the organisation',
    schema: USER_SCHEMA,
    schemaExtensions: [],
    meta: { resourceType: 'ResourceType', location: `${BASE}/ResourceTypes/User` },
  },
]);

interface Attribute {
  name: string;
  type: 'string' | 'boolean' | 'complex';
  description: string;
  required?: boolean;
  multiValued?: boolean;
  mutability?: 'readWrite' | 'writeOnly';
  returned?: 'default' | 'never';
  uniqueness?: 'none' | 'server';
  canonicalValues?: readonly string[];
  subAttributes?: unknown[];
}

/** An attribute with the defaults of RFC 7643 §2.2 written out. */
const attribute = (given: Attribute) => ({
  multiValued: false,
  required: false,
  caseExact: false,
  mutability: 'readWrite',
  returned: 'default',
  uniqueness: 'none',
  ...given,
});

export const schemas = listOf([
  {
    id: USER_SCHEMA,
    name: 'User',
    description: 'A member of the organisation',
    attributes: [
      attribute({
        name: 'userName',
        type: 'string',
        description: 'E-mail address with which the person signs in',
        required: true,
        uniqueness: 'server',
      }),
      attribute({
        name: 'name',
        type: 'complex',
        description: "The person's name",
        subAttributes: [attribute({ name: 'formatted', type: 'string', description: 'The whole name, as it is shown' })],
      }),
      attribute({
        name: 'emails',
        type: 'complex',
        description: 'The e-mail address; the same as userName',
        multiValued: true,
        subAttributes: [
          attribute({ name: 'value', type: 'string', description: 'Address' }),
          attribute({ name: 'type', type: 'string', description: 'Kind of address', canonicalValues: ['work'] }),
          attribute({ name: 'primary', type: 'boolean', description: 'Whether this is the address to be used' }),
        ],
      }),
      attribute({
        name: 'active',
        type: 'boolean',
        description: 'Whether the person belongs to the organisation',
        mutability: 'writeOnly',
        returned: 'never',
      }),
      attribute({
        name: 'roles',
        type: 'string',
        description: 'Role in the organisation; the first one counts',
        multiValued: true,
        mutability: 'writeOnly',
        returned: 'never',
        canonicalValues: ['OWNER', 'ADMIN', 'MEMBER', 'VIEWER', 'NONE'],
      }),
    ],
    meta: { resourceType: 'Schema', location: `${BASE}/Schemas/${USER_SCHEMA}` },
  },
]);
