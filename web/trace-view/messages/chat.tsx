import {
  Bot,
  Brain,
  ChevronRight,
  CircleX,
  CornerDownRight,
  FileText,
  Hammer,
  MessageSquareQuote,
  Settings2,
  User,
} from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { compactJson } from '../../../contract/json/compact-json.ts';
import type { Message, Part, ToolCall, ToolDefinition, ToolResult } from '../../../contract/messages/message.ts';
import { textOfMessage } from '../../../contract/messages/text-of-message.ts';
import { cn } from '../../ui/cn.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { LongText } from '../../ui/long-text.tsx';
import { Picture } from '../../ui/markdown.tsx';

export type TextMode = 'markdown' | 'plain';

const ROLE_LOOKS: ReadonlyMap<string, { icon: typeof User; edge: string }> = new Map([
  ['system', { icon: Settings2, edge: 'border-l-line-strong' }],
  ['developer', { icon: Settings2, edge: 'border-l-line-strong' }],
  ['user', { icon: User, edge: 'border-l-[var(--palette-blue)]' }],
  ['assistant', { icon: Bot, edge: 'border-l-[var(--palette-violet)]' }],
  ['tool', { icon: Hammer, edge: 'border-l-[var(--palette-orange)]' }],
]);
const OTHER = { icon: MessageSquareQuote, edge: 'border-l-line-strong' };

/** More messages than this are not all shown at once: the first, then the last ones, with a button between. */
const MANY = 40;
const HEAD = 3;
const TAIL = 27;

/** A conversation, message by message. */
export function Chat({ messages, mode }: { messages: readonly Message[]; mode: TextMode }) {
  const [all, setAll] = useState(false);
  const hidden = all || messages.length <= MANY ? 0 : messages.length - HEAD - TAIL;
  return (
    <ol className="flex flex-col gap-2">
      {messages.map((message, index) => {
        if (hidden > 0 && index >= HEAD && index < messages.length - TAIL) {
          if (index > HEAD) return null;
          return (
            <li key="more">
              <button
                type="button"
                onClick={() => setAll(true)}
                className="w-full rounded-md border border-line-strong border-dashed py-1.5 text-muted text-sm hover:bg-hover hover:text-fg"
              >
                Show {hidden} more messages
              </button>
            </li>
          );
        }
        // biome-ignore lint/suspicious/noArrayIndexKey: messages of a recorded step never move
        return <MessageBox key={index} message={message} mode={mode} />;
      })}
    </ol>
  );
}

function MessageBox({ message, mode }: { message: Message; mode: TextMode }) {
  const { icon: Icon, edge } = ROLE_LOOKS.get(message.role) ?? OTHER;
  const long = message.role === 'system' || message.role === 'developer';
  const [open, setOpen] = useState(!long || textOfMessage(message).length < 600);
  return (
    <li className={cn('group/message min-w-0 rounded-md border border-line border-l-2 bg-surface', edge)}>
      <div className="flex h-8 items-center gap-1.5 pr-1 pl-2.5">
        <Icon aria-hidden className="size-3.5 shrink-0 text-muted" />
        <span className="font-medium text-muted text-sm">{message.role}</span>
        {message.name && <span className="truncate text-faint text-sm">{message.name}</span>}
        {long && (
          <button
            type="button"
            aria-expanded={open}
            onClick={() => setOpen(!open)}
            className="ml-1 flex min-w-0 items-center gap-1 rounded-sm px-1 text-faint text-xs hover:text-fg"
          >
            <ChevronRight aria-hidden className={cn('size-3 shrink-0 transition-transform', open && 'rotate-90')} />
            {open ? 'Hide' : <span className="truncate">{textOfMessage(message).slice(0, 90)}…</span>}
          </button>
        )}
        <span className="ml-auto opacity-0 focus-within:opacity-100 group-hover/message:opacity-100">
          <CopyButton text={() => textOfMessage(message)} label="Copy the message" />
        </span>
      </div>
      {open && (
        <div className="flex flex-col gap-2 px-2.5 pb-2.5">
          {message.parts.length === 0 && (
            <span className="text-faint text-sm">{message.role === 'placeholder' ? 'Messages go here' : 'Empty'}</span>
          )}
          {message.parts.map((part, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: parts of a recorded message never move
            <PartView key={index} part={part} mode={mode} />
          ))}
        </div>
      )}
    </li>
  );
}

function PartView({ part, mode }: { part: Part; mode: TextMode }) {
  switch (part.kind) {
    case 'text':
      return <LongText text={part.text} as={mode} label="Text of the message" />;
    case 'reasoning':
      return part.text ? (
        <Fold icon={<Brain aria-hidden />} title="Reasoning" detail={`${part.text.length.toLocaleString('en-US')} characters`}>
          <LongText text={part.text} as={mode} label="Reasoning" className="text-muted" />
        </Fold>
      ) : (
        <p className="flex items-center gap-1.5 text-faint text-sm">
          <Brain aria-hidden className="size-3.5" /> Reasoning, withheld by the provider
        </p>
      );
    case 'refusal':
      return (
        <p className="flex items-start gap-1.5 text-danger">
          <CircleX aria-hidden className="mt-0.5 size-4 shrink-0" /> <span>Refused: {part.text}</span>
        </p>
      );
    case 'tool-call':
      return <ToolCallView call={part} mode={mode} />;
    case 'tool-result':
      return <ToolResultView result={part} mode={mode} />;
    case 'image':
      return part.source ? (
        <div>
          <Picture source={part.source} alt={part.name ?? 'Picture in the message'} />
        </div>
      ) : (
        <Attachment part={part} />
      );
    case 'audio':
      return part.source?.startsWith('data:') ? (
        // biome-ignore lint/a11y/useMediaCaption: recorded speech; its transcript, where sent, stands beside it
        <audio controls src={part.source} className="h-9 max-w-full" />
      ) : (
        <Attachment part={part} />
      );
    case 'file':
      return <Attachment part={part} />;
    case 'data':
      return <LongText text={compactJson(part.value)} as="json" label="Data of the message" />;
  }
}

function Attachment({ part }: { part: Extract<Part, { kind: 'image' | 'audio' | 'file' }> }) {
  const remote = part.source && /^https?:/i.test(part.source) && URL.canParse(part.source) ? part.source : null;
  return (
    <span className="inline-flex max-w-full items-center gap-1.5 self-start rounded-md border border-line bg-sunken px-2 py-1 text-muted text-sm">
      <FileText aria-hidden className="size-3.5 shrink-0" />
      <span className="truncate">{part.name ?? part.mediaType ?? 'File'}</span>
      {remote && (
        <a href={remote} target="_blank" rel="noopener noreferrer nofollow" className="truncate text-accent underline">
          {new URL(remote).host}
        </a>
      )}
    </span>
  );
}

export function ToolCallView({ call, mode }: { call: ToolCall; mode: TextMode }) {
  return (
    <div className="overflow-hidden rounded-md border border-line">
      <div className="flex h-7 items-center gap-1.5 bg-sunken pr-1 pl-2">
        <Hammer aria-hidden className="size-3.5 shrink-0 text-[var(--palette-orange)]" />
        <code className="truncate font-medium">{call.name}</code>
        {call.id && <code className="ml-auto truncate text-faint text-xs">{call.id}</code>}
      </div>
      <div className="px-2 py-1.5">
        <Value value={call.arguments} label={`Arguments of ${call.name}`} mode={mode} />
      </div>
      {call.result && (
        <div className="border-line border-t">
          <ResultBody result={call.result} mode={mode} />
        </div>
      )}
    </div>
  );
}

function ToolResultView({ result, mode }: { result: ToolResult; mode: TextMode }) {
  return (
    <div className="overflow-hidden rounded-md border border-line">
      {(result.name || result.id) && (
        <div className="flex h-7 items-center gap-1.5 bg-sunken px-2">
          {result.name && <code className="truncate font-medium">{result.name}</code>}
          {result.id && <code className="ml-auto truncate text-faint text-xs">{result.id}</code>}
        </div>
      )}
      <ResultBody result={result} mode={mode} />
    </div>
  );
}

function ResultBody({ result, mode }: { result: ToolResult; mode: TextMode }) {
  return (
    <div className="flex gap-1.5 px-2 py-1.5">
      {result.isError ? (
        <CircleX role="img" aria-label="Failed" className="mt-0.5 size-3.5 shrink-0 text-danger" />
      ) : (
        <CornerDownRight role="img" aria-label="Result" className="mt-0.5 size-3.5 shrink-0 text-faint" />
      )}
      <div className={cn('flex min-w-0 flex-1 flex-col gap-2', result.isError && 'text-danger')}>
        {result.content.length === 0 && <span className="text-faint text-sm">Empty result</span>}
        {result.content.map((part, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: parts of a recorded result never move
          <PartView key={index} part={part} mode={mode} />
        ))}
      </div>
    </div>
  );
}

function Value({ value, label, mode }: { value: unknown; label: string; mode: TextMode }) {
  if (value === null || value === undefined || value === '') return <span className="text-faint text-sm">No arguments</span>;
  if (typeof value === 'string') return <LongText text={value} as={mode} label={label} />;
  return <LongText text={compactJson(value)} as="json" label={label} />;
}

/** Something that is opened by a click. */
export function Fold({
  icon,
  title,
  detail,
  children,
}: {
  icon?: ReactNode;
  title: ReactNode;
  detail?: ReactNode;
  children: ReactNode;
}) {
  const [open, setOpen] = useState(false);
  return (
    <div className="rounded-md border border-line bg-sunken">
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className="flex h-7 w-full items-center gap-1.5 rounded-md px-2 text-left text-muted text-sm hover:text-fg [&_svg]:size-3.5 [&_svg]:shrink-0"
      >
        <ChevronRight aria-hidden className={cn('transition-transform', open && 'rotate-90')} />
        {icon}
        <span className="truncate">{title}</span>
        {detail && <span className="ml-auto truncate text-faint text-xs">{detail}</span>}
      </button>
      {open && <div className="border-line border-t px-2.5 py-2">{children}</div>}
    </div>
  );
}

/** The tools that a model was offered. */
export function ToolDefinitions({ tools, called }: { tools: readonly ToolDefinition[]; called: ReadonlySet<string> }) {
  if (tools.length === 0) return null;
  const names = tools.map(({ name }) => name).join(', ');
  return (
    <Fold
      icon={<Hammer aria-hidden />}
      title={tools.length === 1 ? '1 tool offered' : `${tools.length} tools offered`}
      detail={names}
    >
      <ul className="flex flex-col gap-3">
        {tools.map((tool, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: names may repeat, and the list never changes
          <li key={index}>
            <div className="flex items-center gap-2">
              <code className="font-medium">{tool.name}</code>
              {called.has(tool.name) && <span className="rounded-sm bg-accent-soft px-1 text-2xs text-accent">called</span>}
            </div>
            {tool.description && <p className="mt-0.5 whitespace-pre-wrap text-muted text-sm">{tool.description}</p>}
            {tool.parameters !== null && (
              <LongText text={compactJson(tool.parameters)} as="json" label={`Parameters of ${tool.name}`} className="mt-1" />
            )}
          </li>
        ))}
      </ul>
    </Fold>
  );
}
