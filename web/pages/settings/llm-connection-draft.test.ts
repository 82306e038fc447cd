import { expect, it } from 'vitest';
import { LLM_ADAPTERS, type LlmConnection, updateLlmConnectionInput } from '../../../contract/llm-connection.ts';
import { draftOf, EMPTY, givenBy, isElsewhere, modelsOf } from './llm-connection-draft.ts';

const connection: LlmConnection = {
  id: 'c',
  provider: 'main',
  adapter: 'openai',
  displaySecretKey: '...1234',
  baseURL: 'https://llm.example/v1',
  customModels: ['a', 'b'],
  withDefaultModels: false,
  extraHeaderKeys: ['x-team'],
  config: { useResponsesApi: true },
  createdAt: '2026-05-01T12:00:00.000Z',
  updatedAt: '2026-05-01T12:00:00.000Z',
};

it('leaves a connection as it is when nothing is changed', () => {
  expect(givenBy(draftOf(connection))).toEqual({
    adapter: 'openai',
    baseURL: 'https://llm.example/v1',
    customModels: ['a', 'b'],
    withDefaultModels: false,
    extraHeaders: { 'x-team': null },
    config: { useResponsesApi: true },
  });
});

it('sends what was typed, trimmed', () => {
  const headers = [
    { key: 0, name: ' x-a ', value: ' 1', stored: false },
    { key: 1, name: '', value: '', stored: false },
    { key: 2, name: 'x-b', value: 'new', stored: true },
  ];
  expect(givenBy({ ...EMPTY, secretKey: ' sk ', baseURL: ' ', models: 'm\n\n m \n n', headers })).toMatchObject({
    secretKey: 'sk',
    baseURL: null,
    customModels: ['m', 'n'],
    extraHeaders: { 'x-a': ' 1', 'x-b': 'new' },
    config: null,
  });
  expect(modelsOf('\n')).toEqual([]);
});

/** Bedrock and Vertex take credentials as JSON. */
const AWS = { accessKeyId: 'a', secretAccessKey: 'b' };
const GOOGLE = { type: 'service_account', project_id: 'p', private_key: 'k', client_email: 'a@b.example' };

it('gives every adapter the config that it takes', () => {
  const secretKey = JSON.stringify({ ...AWS, ...GOOGLE });
  for (const adapter of LLM_ADAPTERS) {
    const given = givenBy({ ...EMPTY, adapter, secretKey, region: 'eu', location: 'europe-west1', useResponsesApi: true });
    expect([adapter, updateLlmConnectionInput.safeParse(given).error?.issues]).toEqual([adapter, undefined]);
  }
});

it('knows when secrets would go elsewhere', () => {
  const draft = draftOf(connection);
  expect(isElsewhere(draft, connection)).toBe(false);
  expect(isElsewhere({ ...draft, baseURL: '' }, connection)).toBe(true);
  expect(isElsewhere({ ...draft, adapter: 'azure' }, connection)).toBe(true);
});
