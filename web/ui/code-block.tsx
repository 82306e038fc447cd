import { cn } from './cn.ts';
import { CopyButton } from './copy-button.tsx';

const PIECES = /(#[^\n]*|(?<![:\w])\/\/[^\n]*)|("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)/g;

/** Cuts code into comments, strings and the rest: enough colour to read a snippet, in every language that we show. */
function pieces(code: string): { text: string; kind: 'comment' | 'string' | 'plain' }[] {
  const found: { text: string; kind: 'comment' | 'string' | 'plain' }[] = [];
  let at = 0;
  for (const match of code.matchAll(PIECES)) {
    if (match.index > at) found.push({ text: code.slice(at, match.index), kind: 'plain' });
    found.push({ text: match[0], kind: match[1] === undefined ? 'string' : 'comment' });
    at = match.index + match[0].length;
  }
  if (at < code.length) found.push({ text: code.slice(at), kind: 'plain' });
  return found;
}

export interface CodeBlockProps {
  code: string;
  /** Shown above, a file name say. */
  title?: string;
  /** What is copied, for screen readers. */
  label?: string;
  /** Parts of the code to mark, the reader's own key say. */
  marked?: readonly string[];
  className?: string;
}

function withMarks(text: string, marked: readonly string[]) {
  if (marked.length === 0) return text;
  const quoted = marked.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return text.split(new RegExp(`(${quoted.join('|')})`)).map((part, index) =>
    index % 2 ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: parts of a fixed text
      <mark key={index} className="rounded-xs bg-accent-soft text-accent">
        {part}
      </mark>
    ) : (
      part
    ),
  );
}

/** Code to copy. */
export function CodeBlock({ code, title, label = 'Copy the code', marked = [], className }: CodeBlockProps) {
  return (
    <figure className={cn('group relative rounded-lg border border-line bg-sunken', className)}>
      {title && (
        <figcaption className="flex h-8 items-center border-line border-b px-3 font-mono text-muted text-xs">{title}</figcaption>
      )}
      <CopyButton text={code} label={label} className={cn('absolute right-1.5 bg-sunken', title ? 'top-1' : 'top-1.5')} />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <pre tabIndex={0} className="overflow-x-auto rounded-lg p-3 pr-10 text-sm leading-5">
        <code>
          {pieces(code).map((piece, index) => (
            <span
              // biome-ignore lint/suspicious/noArrayIndexKey: pieces of a fixed text
              key={index}
              className={
                piece.kind === 'comment' ? 'text-faint' : piece.kind === 'string' ? 'text-[var(--palette-green)]' : undefined
              }
            >
              {withMarks(piece.text, marked)}
            </span>
          ))}
        </code>
      </pre>
    </figure>
  );
}
