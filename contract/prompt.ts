import { z } from 'zod';
import { timestamp } from './observation.ts';
import { isStorable, storable } from './storable.ts';

export const PROMPT_TYPES = ['text', 'chat'] as const;
export const promptType = z.enum(PROMPT_TYPES);
export type PromptType = z.infer<typeof promptType>;

/** The label that the newest version always has; nobody sets it by hand. */
export const LATEST = 'latest';
/** The label whose version is served when neither a version nor a label is asked for. */
export const PRODUCTION = 'production';

/** A message of a chat prompt. `type` is there where its author wrote it. */
export const chatMessage = z.object({ type: z.literal('chatmessage').optional(), role: z.string(), content: z.string() });
/** A place in a chat prompt where the caller puts messages of their own. */
export const chatPlaceholder = z.object({ type: z.literal('placeholder'), name: z.string() });
export const chatItem = z.union([chatPlaceholder, chatMessage]);
export type ChatItem = z.infer<typeof chatItem>;

/** A text, or messages and placeholders. */
export type PromptContent = string | ChatItem[];

/** Where a composed prompt came from: every included version by the id of the version that includes it. */
const node = z.object({ name: z.string(), version: z.number().int(), id: z.string() });
export const resolutionGraph = z.object({ root: node, dependencies: z.record(z.string(), z.array(node)) });
export type ResolutionGraph = z.infer<typeof resolutionGraph>;

/** One version of a prompt. */
export const prompt = z.object({
  id: z.string(),
  projectId: z.string(),
  name: z.string(),
  version: z.number().int(),
  type: promptType,
  prompt: z.union([z.string(), z.array(chatItem)]),
  config: z.unknown(),
  labels: z.array(z.string()),
  /** Shared by all versions. */
  tags: z.array(z.string()),
  commitMessage: z.string().nullable(),
  createdBy: z.string(),
  createdAt: timestamp,
  updatedAt: timestamp,
  /** Null when nothing was included, or the prompt was asked for as written. */
  resolutionGraph: resolutionGraph.nullable(),
});
export type Prompt = z.infer<typeof prompt>;

/** A prompt in a list: what its matching versions have in common. */
export const promptSummary = z.object({
  name: z.string(),
  type: promptType,
  /** Ascending. */
  versions: z.array(z.number().int()),
  labels: z.array(z.string()),
  tags: z.array(z.string()),
  lastUpdatedAt: timestamp,
  /** Of the newest matching version. */
  lastConfig: z.unknown(),
});
export type PromptSummary = z.infer<typeof promptSummary>;

const RESERVED_NAMES = ['new', 'metrics', 'prompt-detail'];

/** Folders are part of the name: `support/answer` (contract §5.1). */
export const promptName = storable
  .trim()
  .min(1)
  .max(255)
  .refine((name) => !name.includes('|'), 'must not contain |')
  .refine((name) => !/^\/|\/$|\/\//.test(name), 'must not start or end with / and must not contain //')
  .refine((name) => !/<[^>]*>/.test(name), 'must not contain HTML tags')
  .refine((name) => !RESERVED_NAMES.includes(name), `must not be one of ${RESERVED_NAMES.join(', ')}`);

export const promptLabel = z
  .string()
  .min(1)
  .max(36)
  .regex(/^[a-z0-9_\-.]+$/, 'may hold lower-case letters, digits and _ - . only');

/** The highest version that the store can count to. */
export const MAX_VERSION = 2_147_483_647;
export const promptVersion = z.number().int().min(1).max(MAX_VERSION);

const tags = z.array(storable.min(1).max(500)).max(100);
const placeholderName = z
  .string()
  .regex(/^[a-zA-Z][a-zA-Z0-9_]*$/, 'a placeholder starts with a letter and may hold letters, digits and _ only');

/** A message, or a placeholder; what else an item holds is left out. */
const chatItemInput = z
  .unknown()
  .transform((value, context): ChatItem => {
    const item = typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
    const isPlaceholder =
      item.type === 'placeholder' || (item.type == null && item.role === undefined && item.name !== undefined);
    const parsed = isPlaceholder
      ? z.object({ name: placeholderName }).transform(({ name }) => ({ type: 'placeholder' as const, name }))
      : z.object({ type: z.unknown().optional(), role: z.string(), content: z.string() }).transform(messageOf);
    const result = parsed.safeParse(value);
    if (result.success) return result.data;
    for (const { path, message } of result.error.issues) context.addIssue({ code: 'custom', path, message });
    return z.NEVER;
  })
  .meta({ description: 'A message {role, content}, or a placeholder {type: "placeholder", name}.' });

const messageOf = ({ type, role, content }: { type?: unknown; role: string; content: string }): ChatItem =>
  type === 'chatmessage' ? { type, role, content } : { role, content };

const shared = {
  name: promptName,
  labels: z.array(promptLabel).max(100).nullish(),
  /** Absent: those of the earlier versions. Given: of all versions from now on. */
  tags: tags.nullish(),
  /** Anything; `{}` when absent. */
  config: z.unknown().optional(),
  commitMessage: storable.max(500).nullish(),
};

const chatInput = z.object({
  ...shared,
  type: z.literal('chat'),
  prompt: z
    .array(chatItemInput)
    .max(10_000)
    .superRefine((items, context) => {
      const variables = new Set(items.flatMap((item) => ('content' in item ? variablesOf(item.content) : [])));
      items.forEach((item, index) => {
        if (!('name' in item) || !variables.has(item.name)) return;
        const message = `"${item.name}" is both a variable and a placeholder`;
        context.addIssue({ code: 'custom', path: [index, 'name'], message });
      });
    }),
});
const textInput = z.object({ ...shared, type: z.literal('text'), prompt: z.string() });

/** A new version of a prompt (contract §1.7, §5.1). Without `type` it is a text. */
export const createPromptInput = z.preprocess(
  (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    return (value as { type?: unknown }).type == null ? { ...value, type: 'text' } : value;
  },
  z.discriminatedUnion('type', [textInput, chatInput]),
);
export type CreatePrompt = z.output<typeof createPromptInput>;

/** Labels to put on a version; `latest` moves by itself. */
export const newLabels = z
  .array(promptLabel.refine((label) => label !== LATEST, 'latest is always on the newest version and cannot be set'))
  .max(100);

/** The names in `{{name}}` of a text, each once. */
export const variablesOf = (text: string): string[] => [
  ...new Set([...text.matchAll(/\{\{\s*([^{}]+?)\s*\}\}/g)].map(([, name]) => name!)),
];

/** Which version of a prompt is meant: at most one of the two; none is `production`. */
export interface PromptSelector {
  version?: number | undefined;
  label?: string | undefined;
}

/** Whether a name can be that of a prompt at all; asked before the store is, which refuses some characters. */
export const canBeName = (name: string): boolean => name.length > 0 && name.length <= 255 && isStorable(name);
