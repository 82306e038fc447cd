import type { updateLlmConnection } from '../../../contract/api/llm-connections.ts';
import type { LlmAdapter, LlmConnection } from '../../../contract/llm-connection.ts';
import type { InputOf } from '../../../contract/operation.ts';
import type { HeaderRow } from './header-rows.tsx';

/** What the form holds: texts as they are typed. */
export interface Draft {
  provider: string;
  adapter: LlmAdapter;
  secretKey: string;
  baseURL: string;
  models: string;
  withDefaultModels: boolean;
  headers: HeaderRow[];
  region: string;
  location: string;
  useResponsesApi: boolean;
}

export const EMPTY: Draft = {
  provider: '',
  adapter: 'openai',
  secretKey: '',
  baseURL: '',
  models: '',
  withDefaultModels: true,
  headers: [],
  region: '',
  location: '',
  useResponsesApi: false,
};

const text = (value: unknown) => (typeof value === 'string' ? value : '');

/** A connection as the form shows it. */
export function draftOf(connection: LlmConnection): Draft {
  const { provider, adapter, baseURL, customModels, withDefaultModels, extraHeaderKeys, config } = connection;
  return {
    ...EMPTY,
    provider,
    adapter,
    baseURL: baseURL ?? '',
    models: customModels.join('\n'),
    withDefaultModels,
    headers: extraHeaderKeys.map((name, key) => ({ key, name, value: '', stored: true })),
    region: text(config?.region),
    location: text(config?.location),
    useResponsesApi: config?.useResponsesApi === true,
  };
}

/** One name a line. */
export const modelsOf = (typed: string): string[] => [
  ...new Set(
    typed
      .split('\n')
      .map((name) => name.trim())
      .filter(Boolean),
  ),
];

export type Changes = Omit<InputOf<typeof updateLlmConnection>, 'projectId' | 'connectionId'>;

/** What is sent for a draft; a secret that was not typed is left out, and the value of a stored header is null. */
export function givenBy(draft: Draft): Changes {
  const headers = draft.headers.filter(({ name, value }) => name.trim() !== '' || value !== '');
  const baseURL = draft.baseURL.trim();
  const secretKey = draft.secretKey.trim();
  return {
    adapter: draft.adapter,
    ...(secretKey === '' ? {} : { secretKey }),
    baseURL: baseURL === '' ? null : baseURL,
    customModels: modelsOf(draft.models),
    withDefaultModels: draft.withDefaultModels,
    extraHeaders: Object.fromEntries(
      headers.map(({ name, value, stored }) => [name.trim(), stored && value === '' ? null : value] as const),
    ),
    config: configOf(draft),
  };
}

function configOf({ adapter, region, location, useResponsesApi }: Draft): Record<string, unknown> | null {
  if (adapter === 'bedrock') return { region: region.trim() };
  if (adapter === 'google-vertex-ai') return location.trim() === '' ? null : { location: location.trim() };
  if (adapter === 'openai') return useResponsesApi ? { useResponsesApi } : null;
  return null;
}

/** What of a draft must be entered although there is a connection: secrets are not sent to where nobody entered them for. */
export const isElsewhere = (draft: Draft, edited: LlmConnection): boolean =>
  draft.adapter !== edited.adapter || draft.baseURL.trim() !== (edited.baseURL ?? '');

/** The end of a key, by which people tell theirs apart; credentials in JSON all end alike. */
export const shownSecret = ({ adapter, displaySecretKey }: Pick<LlmConnection, 'adapter' | 'displaySecretKey'>): string =>
  adapter === 'bedrock' || adapter === 'google-vertex-ai' ? '{…}' : displaySecretKey.replace('...', '…');

export const ADAPTERS: Record<LlmAdapter, { name: string; hint: string; secret: string; secretHint: string; address: string }> = {
  openai: {
    name: 'OpenAI',
    hint: 'And everything that speaks its protocol',
    secret: 'API key',
    secretHint: '',
    address: 'https://api.openai.com/v1',
  },
  anthropic: { name: 'Anthropic', hint: 'Claude', secret: 'API key', secretHint: '', address: 'https://api.anthropic.com' },
  azure: {
    name: 'Azure OpenAI',
    hint: 'Models are names of deployments',
    secret: 'API key',
    secretHint: '',
    address: 'https://resource.openai.azure.com/openai/deployments',
  },
  bedrock: {
    name: 'Amazon Bedrock',
    hint: 'With an access key of AWS',
    secret: 'Credentials',
    secretHint: 'As JSON: {"accessKeyId": "…", "secretAccessKey": "…"}',
    address: '',
  },
  'google-vertex-ai': {
    name: 'Google Vertex AI',
    hint: 'With a service account',
    secret: 'Service account',
    secretHint: 'The JSON file of its key.',
    address: '',
  },
  'google-ai-studio': {
    name: 'Google AI Studio',
    hint: 'Gemini',
    secret: 'API key',
    secretHint: '',
    address: 'https://generativelanguage.googleapis.com',
  },
};
