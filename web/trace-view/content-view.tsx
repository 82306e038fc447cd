import { compactJson, jsonOf } from '../../contract/json/compact-json.ts';
import type { Content, ToolDefinition } from '../../contract/messages/message.ts';
import { CopyButton } from '../ui/copy-button.tsx';
import { LongText } from '../ui/long-text.tsx';
import { Chat, Fold, type TextMode, ToolDefinitions } from './messages/chat.tsx';
import { DetailSection } from './section.tsx';

/** A value as text to copy. */
export const copyOf = (value: unknown) => (typeof value === 'string' ? value : jsonOf(value, 2));

export interface ContentViewProps {
  title: string;
  content: Content;
  /** What was recorded, for copying. */
  value: unknown;
  mode: TextMode;
  tools?: readonly ToolDefinition[];
  called?: ReadonlySet<string>;
}

const NO_CALLS: ReadonlySet<string> = new Set();

/** An input or output as it reads best: a chat, running text, or data. */
export function ContentView({ title, content, value, mode, tools = [], called = NO_CALLS }: ContentViewProps) {
  return (
    <DetailSection
      title={title}
      actions={
        content.kind === 'empty' ? null : <CopyButton text={() => copyOf(value)} label={`Copy the ${title.toLowerCase()}`} />
      }
    >
      {content.kind === 'chat' ? (
        <div className="flex flex-col gap-2">
          <ToolDefinitions tools={tools} called={called} />
          <Chat messages={content.messages} mode={mode} />
          {content.rest && (
            <Fold title="Other fields" detail={Object.keys(content.rest).join(', ')}>
              <LongText text={compactJson(content.rest)} as="json" label="Other fields" />
            </Fold>
          )}
        </div>
      ) : content.kind === 'empty' ? (
        <p className="rounded-md border border-line border-dashed px-3 py-2 text-faint">Nothing recorded</p>
      ) : (
        <div className="rounded-md border border-line bg-surface px-3 py-2.5">
          <LongText
            text={content.kind === 'text' ? content.text : compactJson(content.value)}
            as={content.kind === 'text' ? mode : 'json'}
            label={title}
          />
        </div>
      )}
    </DetailSection>
  );
}
