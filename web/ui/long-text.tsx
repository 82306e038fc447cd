import { useState } from 'react';
import { Button } from './button.tsx';
import { cn } from './cn.ts';
import { CodeView } from './code-view.tsx';
import { JsonText } from './json-text.tsx';
import { MarkdownText } from './markdown.tsx';

export interface LongTextProps {
  text: string;
  as: 'markdown' | 'plain' | 'json';
  /** What it is, for screen readers. */
  label: string;
  className?: string;
}

/** Beyond these a text is cut until somebody asks for all of it. */
const SHORT_CHARACTERS = 2_400;
const SHORT_LINES = 36;
/** Beyond this, all of it is shown in an editor that draws only what is in sight. */
const LONGEST_RENDERED = 40_000;

/** The beginning of a text, cut at the end of a line where there is one near. */
export function beginningOf(text: string): string {
  let end = Math.min(text.length, SHORT_CHARACTERS);
  let line = -1;
  for (let n = 0; n < SHORT_LINES; n++) {
    const next = text.indexOf('\n', line + 1);
    if (next < 0 || next >= end) return end === text.length ? text : text.slice(0, end);
    line = next;
  }
  end = line;
  return text.slice(0, end);
}

/** A text of any length: short ones whole, long ones cut with a button for the rest, huge ones in an editor. */
export function LongText({ text, as, label, className }: LongTextProps) {
  const [all, setAll] = useState(false);
  const beginning = beginningOf(text);
  const cut = beginning.length < text.length;
  if (all && text.length > LONGEST_RENDERED) {
    return (
      <div className={className}>
        <CodeView text={text} language={as === 'json' ? 'json' : 'text'} label={label} className="h-[32rem]" fill />
        <Button variant="link" size="xs" className="mt-1.5" onClick={() => setAll(false)}>
          Show less
        </Button>
      </div>
    );
  }
  const shown = all ? text : beginning;
  return (
    <div className={className}>
      <div className={cn(cut && !all && '[mask-image:linear-gradient(to_bottom,black_calc(100%-2.5rem),transparent)]')}>
        {as === 'markdown' ? (
          <MarkdownText text={shown} />
        ) : as === 'json' ? (
          <JsonText text={shown} />
        ) : (
          <p className="whitespace-pre-wrap [overflow-wrap:anywhere]">{shown}</p>
        )}
      </div>
      {cut && (
        <Button variant="link" size="xs" className="mt-1.5" onClick={() => setAll(!all)}>
          {all ? 'Show less' : `Show all ${text.length.toLocaleString('en-US')} characters`}
        </Button>
      )}
    </div>
  );
}
