import type { Message, Part, ToolCall, ToolResult } from './message.ts';

/**
 * Puts each tool result into the call that asked for it, by id; results without an id go to the earliest call of the same name that
 * is still without one (Gemini). A message of which all parts found their call is gone; a result that found none stays where it is.
 */
export function pairToolCalls(messages: readonly Message[]): Message[] {
  const results = new Map<ToolCall, ToolResult>();
  const byId = new Map<string, ToolCall>();
  const waiting: ToolCall[] = [];
  const placed = new Set<Part>();
  for (const message of messages) {
    for (const part of message.parts) {
      if (part.kind === 'tool-call') {
        if (part.id) byId.set(part.id, part);
        waiting.push(part);
      } else if (part.kind === 'tool-result') {
        const call = part.id
          ? byId.get(part.id)
          : waiting.find((open) => !results.has(open) && part.name !== null && open.name === part.name);
        if (!call || results.has(call)) continue;
        results.set(call, part);
        placed.add(part);
      }
    }
  }
  if (placed.size === 0) return [...messages];
  return messages.flatMap((message) => {
    const parts = message.parts
      .filter((part) => !placed.has(part))
      .map((part) => {
        const result = part.kind === 'tool-call' ? results.get(part) : undefined;
        return result ? { ...(part as ToolCall), result } : part;
      });
    return parts.length === 0 && message.parts.length > 0 ? [] : [{ ...message, parts }];
  });
}
