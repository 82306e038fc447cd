import type { ReactNode } from 'react';
import { cn } from './cn.ts';
import { useDocumentTitle } from './use-document-title.ts';

export interface PageHeaderProps {
  title: ReactNode;
  /** The page's name in the tab, where the title is more than a text. */
  tabTitle?: string;
  /** Beside the title: a count, a badge, a trail. */
  detail?: ReactNode;
  /** Right-aligned buttons. */
  actions?: ReactNode;
  className?: string;
}

/** The bar at the top of a page: its only `h1`, and what can be done with the whole page. */
export function PageHeader({ title, tabTitle, detail, actions, className }: PageHeaderProps) {
  useDocumentTitle(tabTitle ?? (typeof title === 'string' ? title : undefined));
  return (
    <header className={cn('flex h-12 shrink-0 items-center gap-3 border-line border-b px-4', className)}>
      <h1 className="min-w-0 truncate font-semibold text-md">{title}</h1>
      {detail && <div className="flex min-w-0 items-center gap-2 text-muted">{detail}</div>}
      {actions && <div className="ml-auto flex shrink-0 items-center gap-2">{actions}</div>}
    </header>
  );
}

/** A page that fills the window and scrolls inside its own parts: header, then whatever takes the rest. */
export function Page({ className, children }: { className?: string; children: ReactNode }) {
  return <div className={cn('flex h-full min-h-0 flex-col', className)}>{children}</div>;
}

/** The scrolling middle of a page made of text and forms. */
export function PageBody({ className, children }: { className?: string; children: ReactNode }) {
  return (
    <div className="min-h-0 flex-1 overflow-y-auto">
      <div className={cn('mx-auto w-full max-w-4xl px-6 py-6', className)}>{children}</div>
    </div>
  );
}

export interface SectionProps {
  title: ReactNode;
  description?: ReactNode;
  actions?: ReactNode;
  className?: string;
  children?: ReactNode;
}

/** A titled part of such a page. */
export function Section({ title, description, actions, className, children }: SectionProps) {
  return (
    <section className={cn('mb-9 last:mb-0', className)}>
      <div className="mb-3 flex items-end gap-4">
        <div className="min-w-0 flex-1">
          <h2 className="font-semibold text-md">{title}</h2>
          {description && <p className="mt-0.5 max-w-2xl text-muted">{description}</p>}
        </div>
        {actions && <div className="flex shrink-0 items-center gap-2">{actions}</div>}
      </div>
      {children}
    </section>
  );
}

/** A bordered box. */
export function Card({ className, children }: { className?: string; children: ReactNode }) {
  return <div className={cn('rounded-lg border border-line bg-surface p-4', className)}>{children}</div>;
}
