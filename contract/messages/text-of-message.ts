import { jsonOf } from '../json/compact-json.ts';
import type { Message, Part } from './message.ts';

function textOfPart(part: Part): string {
  switch (part.kind) {
    case 'text':
    case 'reasoning':
    case 'refusal':
      return part.text;
    case 'tool-call': {
      const call = `${part.name}(${jsonOf(part.arguments)})`;
      return part.result ? `${call}\n${part.result.content.map(textOfPart).join('\n')}` : call;
    }
    case 'tool-result':
      return part.content.map(textOfPart).join('\n');
    case 'data':
      return jsonOf(part.value, 2);
    default:
      return part.source?.startsWith('http') ? part.source : (part.name ?? part.mediaType ?? '');
  }
}

/** A message as text to copy. */
export function textOfMessage(message: Message): string {
  return message.parts.map(textOfPart).filter(Boolean).join('\n\n');
}
