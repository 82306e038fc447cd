/** A message of a chat, in neither provider's own form. */
export type Message =
  | { role: 'system' | 'user'; content: string }
  | { role: 'assistant'; content: string | null; toolCalls?: ToolCall[] }
  | { role: 'tool'; callId: string; content: string };

export interface ToolCall {
  id: string;
  name: string;
  /** JSON text, as the model wrote it. */
  arguments: string;
}

export interface ToolDefinition {
  name: string;
  description: string;
  /** JSON schema. */
  parameters: Record<string, unknown>;
}

export interface ChatRequest {
  /** Provider's name in the GenAI conventions. */
  provider: 'openai' | 'anthropic' | 'gcp.gemini';
  model: string;
  messages: Message[];
  tools?: ToolDefinition[];
  temperature?: number;
  maxTokens?: number;
  stream?: boolean;
}

export interface ChatAnswer {
  id: string;
  /** The exact model that answered, e.g. `gpt-4o-2024-08-06`. */
  model: string;
  content: string | null;
  toolCalls: ToolCall[];
  finishReason: 'stop' | 'tool_calls' | 'length';
  /** Input includes cached tokens, output includes reasoning tokens. */
  usage: { input: number; cachedInput: number; output: number; reasoning: number };
}

export interface ModelClient {
  /** `onFirstToken` is called once, when a streamed answer begins. @throws ModelError */
  chat(request: ChatRequest, onFirstToken?: () => void): Promise<ChatAnswer>;
  /** @throws ModelError */
  embed(model: string, texts: string[]): Promise<{ vectors: number[][]; inputTokens: number }>;
}

/** A provider refused or did not answer in time. */
export class ModelError extends Error {
  readonly status: number;
  readonly type: string;

  constructor(status: number, type: string, message: string) {
    super(message);
    this.name = 'ModelError';
    this.status = status;
    this.type = type;
  }

  /** Whether the same call may succeed a moment later. */
  get retryable(): boolean {
    return this.status === 408 || this.status === 429 || this.status >= 500;
  }
}
