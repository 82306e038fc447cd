import { memo } from 'react';
import { cn } from './cn.ts';

const TOKENS = /("(?:\\.|[^"\\])*")(\s*:)?|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|\b(true|false|null)\b/g;

/** Short JSON in colour, as running text. Long JSON belongs into `CodeView`. */
export const JsonText = memo(function JsonText({ text, className }: { text: string; className?: string }) {
  const parts: React.ReactNode[] = [];
  let at = 0;
  for (const match of text.matchAll(TOKENS)) {
    if (match.index > at) parts.push(text.slice(at, match.index));
    const [all, string, colon, number] = match;
    const colour = string
      ? colon
        ? 'var(--palette-blue)'
        : 'var(--palette-green)'
      : number
        ? 'var(--palette-orange)'
        : 'var(--palette-violet)';
    parts.push(
      <span key={match.index} style={{ color: colour }}>
        {string ?? all}
      </span>,
    );
    if (colon) parts.push(colon);
    at = match.index + all.length;
  }
  parts.push(text.slice(at));
  return <pre className={cn('whitespace-pre-wrap text-sm leading-5 [overflow-wrap:anywhere]', className)}>{parts}</pre>;
});
