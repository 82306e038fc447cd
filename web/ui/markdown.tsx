import './markdown.css';
import { ImageOff } from 'lucide-react';
import { memo, useState } from 'react';
import Markdown, { defaultUrlTransform } from 'react-markdown';
import remarkGfm from 'remark-gfm';
import { Button } from './button.tsx';
import { cn } from './cn.ts';

/** Pictures that come with the text are shown; the usual rules hold for every other address (no scripts). */
function safeUrl(url: string): string {
  return /^data:image\/(png|jpe?g|gif|webp|avif);base64,/i.test(url) ? url : defaultUrlTransform(url);
}

/** Text with GitHub's Markdown. HTML in it is shown as text, never run; links open elsewhere; remote pictures wait for a click. */
export const MarkdownText = memo(function MarkdownText({ text, className }: { text: string; className?: string }) {
  return (
    <div className={cn('markdown min-w-0 [overflow-wrap:anywhere]', className)}>
      <Markdown
        remarkPlugins={[remarkGfm]}
        urlTransform={safeUrl}
        components={{
          a: ({ href, children }) => (
            <a href={href} target="_blank" rel="noopener noreferrer nofollow">
              {children}
            </a>
          ),
          img: ({ src, alt }) => <Picture source={typeof src === 'string' ? src : ''} alt={alt ?? ''} />,
          table: ({ children }) => (
            // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
            <section tabIndex={0} aria-label="Table" className="overflow-x-auto">
              <table>{children}</table>
            </section>
          ),
          pre: ({ children }) => (
            // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
            <pre tabIndex={0}>{children}</pre>
          ),
        }}
      >
        {text}
      </Markdown>
    </div>
  );
});

/** A picture; one that lies elsewhere is fetched only after a click, because fetching tells its host that somebody looks. */
export function Picture({ source, alt, className }: { source: string; alt: string; className?: string }) {
  const [shown, setShown] = useState(source.startsWith('data:'));
  const [failed, setFailed] = useState(false);
  // What was recorded may be no address at all.
  if (!/^(data:image\/|https?:\/\/)/i.test(source) || !URL.canParse(source) || failed) {
    return (
      <span className="inline-flex items-center gap-1.5 rounded-md border border-line bg-sunken px-2 py-1 text-muted text-sm">
        <ImageOff aria-hidden className="size-3.5" /> {alt || (failed ? 'The picture could not be shown' : 'Picture')}
      </span>
    );
  }
  if (!shown) {
    const host = new URL(source).host;
    return (
      <Button size="xs" title={source} onClick={() => setShown(true)}>
        Load picture from {host}
      </Button>
    );
  }
  return (
    <img
      src={source}
      alt={alt}
      referrerPolicy="no-referrer"
      loading="lazy"
      onError={() => setFailed(true)}
      className={cn('max-h-80 max-w-full rounded-md border border-line bg-sunken object-contain', className)}
    />
  );
}
