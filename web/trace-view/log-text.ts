import { jsonOf } from '../../contract/json/compact-json.ts';
import { parseContent } from '../../contract/messages/parse-messages.ts';
import { textOfMessage } from '../../contract/messages/text-of-message.ts';

const LONGEST = 600;

/** An input or output as a line of a log: the last message of a chat (what is new), a text, or JSON on one line. */
export function logText(value: unknown): string {
  const content = parseContent(value, 'input');
  switch (content.kind) {
    case 'empty':
      return '';
    case 'text':
      return shorten(content.text);
    case 'chat': {
      const last = content.messages.at(-1)!;
      return shorten(`${last.role}: ${textOfMessage(last)}`);
    }
    case 'data':
      return shorten(jsonOf(content.value));
  }
}

function shorten(text: string): string {
  return text.slice(0, LONGEST).replace(/\s+/g, ' ').trim();
}
