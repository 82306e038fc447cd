import { z } from 'zod';

/** Who calls a tool: the project of the key, the key itself, and the address under which the caller reaches this server. */
export interface ToolCaller {
  projectId: string;
  publicKey: string;
  /** Without a slash at the end. */
  baseUrl: string;
  /** Names of the calling SDK, as the other surfaces read them; empty when not told. */
  sdkName: string;
  sdkVersion: string;
}

/** What a tool does to the project: only reads it; adds to it; changes or removes what is there, or costs something. */
export type ToolEffect = 'reads' | 'adds' | 'changes';

/** One tool: what a model is told of it, and what it does. */
export interface Tool {
  readonly name: string;
  readonly description: string;
  readonly effect: ToolEffect;
  /** May read very many rows. */
  readonly expensive: boolean;
  readonly input: z.ZodType;
  /** @param input as `input` gives it. The result becomes pretty JSON. */
  run(input: never, caller: ToolCaller): Promise<unknown>;
}

/** Declares a tool; the types of its input follow from the schema. */
export function tool<Input extends z.ZodType>(declared: {
  name: string;
  description: string;
  effect: ToolEffect;
  expensive?: boolean;
  input: Input;
  run(input: z.output<Input>, caller: ToolCaller): Promise<unknown>;
}): Tool {
  return { expensive: false, ...declared } as Tool;
}

/** A tool as `tools/list` shows it (contract §6). */
export function describeTool(declared: Tool) {
  const { effect, expensive } = declared;
  return {
    name: declared.name,
    description: declared.description,
    inputSchema: inputSchemaOf(declared.input),
    annotations: {
      readOnlyHint: effect === 'reads',
      ...(effect !== 'reads' && { destructiveHint: effect === 'changes' }),
      ...(expensive && { expensiveHint: true }),
      openWorldHint: false,
    },
  };
}

/** JSON Schema of what a caller writes, without what only costs a model's context: the draft, and the patterns behind formats. */
function inputSchemaOf(input: z.ZodType): { type: 'object' } & Record<string, unknown> {
  const { $schema: _, ...schema } = z.toJSONSchema(input, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ jsonSchema }) => {
      if (jsonSchema.format === 'date-time') delete jsonSchema.pattern;
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
    },
  });
  return { ...schema, type: 'object' };
}
