import { z } from 'zod';
import { timestamp } from './observation.ts';
import { storable } from './storable.ts';

/** Kinds of model interfaces (contract §1.16). */
export const LLM_ADAPTERS = ['anthropic', 'openai', 'azure', 'bedrock', 'google-vertex-ai', 'google-ai-studio'] as const;
export type LlmAdapter = (typeof LLM_ADAPTERS)[number];

const place = storable.min(1).max(200);

/** What each adapter may be told beside address and key; those that are not listed take nothing. */
const CONFIGS = {
  bedrock: z.strictObject({ region: place }),
  'google-vertex-ai': z.strictObject({ location: place }).nullish(),
  openai: z.strictObject({ useResponsesApi: z.boolean().optional() }).nullish(),
} satisfies Partial<Record<LlmAdapter, z.ZodType>>;
const NO_CONFIG = z.null('this adapter takes no config').optional();

/** An address that a secret may be sent to; what stands before the host would be shown with it, so it is refused. */
const baseUrl = storable.max(2000).refine((text) => {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
}, 'must be an address with http or https and without user name and password');

const headerName = z.string().regex(/^[\w!#$%&'*+.^`|~-]{1,200}$/, 'is not the name of a header');
/** What is wrong with a name, instead of that a key is. */
const badHeaderName = {
  error: (issue: { code: string; issues?: readonly { message: string }[] }) =>
    issue.code === 'invalid_key' ? issue.issues?.[0]?.message : undefined,
};
const headerValue = storable.max(8000).regex(/^[^\r\n]*$/, 'must not have line breaks');

const given = z.object({
  /** A name of the project's choice, by which evaluators and prompts mean this connection. */
  provider: storable.min(1).max(200),
  adapter: z.enum(LLM_ADAPTERS),
  secretKey: storable.min(1).max(50_000),
  baseURL: baseUrl.nullish(),
  customModels: z.array(storable.min(1).max(500)).max(1000).nullish(),
  /** Whether models that `customModels` does not name may be asked for; true when not said. */
  withDefaultModels: z.boolean().nullish(),
  extraHeaders: z.record(headerName, headerValue, badHeaderName).nullish(),
  config: z.record(z.string(), z.unknown()).nullish(),
});

/** Tells what an adapter's config may not be. */
function checkConfig({ adapter, config }: Pick<z.output<typeof given>, 'adapter' | 'config'>, context: z.RefinementCtx): void {
  const schema: z.ZodType = adapter in CONFIGS ? CONFIGS[adapter as keyof typeof CONFIGS] : NO_CONFIG;
  for (const issue of schema.safeParse(config ?? undefined).error?.issues ?? []) {
    context.addIssue({ code: 'custom', message: issue.message, path: ['config', ...issue.path] });
  }
}

/** Credentials of these adapters are JSON with these fields. */
const CREDENTIALS = {
  bedrock: z.looseObject({ accessKeyId: z.string().min(1), secretAccessKey: z.string().min(1) }),
  'google-vertex-ai': z.looseObject({
    type: z.literal('service_account'),
    project_id: z.string().min(1),
    private_key: z.string().min(1),
    client_email: z.string().min(1),
  }),
} satisfies Partial<Record<LlmAdapter, z.ZodType>>;

/** Tells what the credentials of an adapter lack; their text is repeated nowhere. */
function checkCredentials(
  { adapter, secretKey }: { adapter: LlmAdapter; secretKey?: string | undefined },
  context: z.RefinementCtx,
): void {
  if (secretKey === undefined || !(adapter in CREDENTIALS)) return;
  const schema: z.ZodType = CREDENTIALS[adapter as keyof typeof CREDENTIALS];
  const parsed = schema.safeParse(readJson(secretKey));
  if (parsed.success) return;
  const fields = parsed.error.issues.map(({ path }) => path.join('.')).filter(Boolean);
  const message =
    fields.length > 0 ? `the JSON credentials lack or have the wrong ${fields.join(', ')}` : 'must be JSON credentials';
  context.addIssue({ code: 'custom', message, path: ['secretKey'] });
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A way to models of one provider; there is one of each provider name in a project. The whole is replaced when it is there already. */
export const upsertLlmConnectionInput = given.superRefine(checkConfig).superRefine(checkCredentials);
export type UpsertLlmConnectionInput = z.output<typeof upsertLlmConnectionInput>;

/** As `upsertLlmConnectionInput`, for a connection that is there; its name stays. Secrets that are left out stay too. */
export const updateLlmConnectionInput = given
  .omit({ provider: true })
  .extend({
    /** Absent: stays, unless it would be sent elsewhere. */
    secretKey: given.shape.secretKey.optional(),
    /** The whole of them; of one that is null the value stays. */
    extraHeaders: z.record(headerName, headerValue.nullable(), badHeaderName).nullish(),
  })
  .superRefine(checkConfig)
  .superRefine(checkCredentials);
export type UpdateLlmConnectionInput = z.output<typeof updateLlmConnectionInput>;

/** A connection as it is shown: neither the key nor the values of headers ever leave the server. */
export const llmConnection = z.object({
  id: z.string(),
  provider: z.string(),
  adapter: z.enum(LLM_ADAPTERS),
  /** `...` and, of a key that is long enough, its last four characters. */
  displaySecretKey: z.string(),
  baseURL: z.string().nullable(),
  customModels: z.array(z.string()),
  withDefaultModels: z.boolean(),
  extraHeaderKeys: z.array(z.string()),
  config: z.record(z.string(), z.unknown()).nullable(),
  createdAt: timestamp,
  updatedAt: timestamp,
});
export type LlmConnection = z.output<typeof llmConnection>;
