import { CaseSensitive, Pilcrow } from 'lucide-react';
import { Tabs as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import { z } from 'zod';
import { useStored } from '../lib/stored.ts';
import { cn } from '../ui/cn.ts';
import { Segmented } from '../ui/segmented.tsx';
import { TabsList, TabsTrigger } from '../ui/tabs.tsx';
import type { TextMode } from './messages/chat.tsx';

const textMode = z.enum(['markdown', 'plain']);

/** Whether texts are shown as Markdown or as they are; a preference of the reader. */
export const useTextMode = () => useStored<TextMode>('text-mode', textMode, 'markdown');

const detailTab = z.enum(['preview', 'json', 'metadata', 'events', 'usage', 'scores']);
export type DetailTab = z.infer<typeof detailTab>;

export interface DetailTabsProps {
  tabs: readonly { value: DetailTab; label: string; count?: number; content: () => ReactNode; fill?: boolean }[];
}

/** The tabs of a step's (or the trace's) detail. The chosen one stays chosen from step to step. */
export function DetailTabs({ tabs }: DetailTabsProps) {
  const [wanted, setTab] = useStored<DetailTab>('step-tab', detailTab, 'preview');
  const [mode, setMode] = useTextMode();
  const tab = tabs.some(({ value }) => value === wanted) ? wanted : 'preview';
  return (
    <Radix.Root value={tab} onValueChange={(next) => setTab(next as DetailTab)} className="flex min-h-0 flex-1 flex-col">
      <div className="flex items-center border-line border-b pr-3">
        <TabsList
          aria-label="Parts of the step"
          className="min-w-0 flex-1 overflow-x-auto border-b-0 px-4 [scrollbar-width:none] [&>button]:focus-visible:-outline-offset-3"
        >
          {tabs.map(({ value, label, count }) => (
            <TabsTrigger key={value} value={value} className="whitespace-nowrap">
              {label}
              {count ? <span className="rounded-sm bg-hover px-1 text-2xs text-muted">{count}</span> : null}
            </TabsTrigger>
          ))}
        </TabsList>
        {tab === 'preview' && (
          <Segmented
            label="Texts as"
            iconsOnly
            value={mode}
            onValueChange={setMode}
            options={[
              { value: 'markdown', label: 'Markdown', icon: <Pilcrow aria-hidden /> },
              { value: 'plain', label: 'Plain text', icon: <CaseSensitive aria-hidden /> },
            ]}
          />
        )}
      </div>
      {tabs.map(({ value, content, fill }) => (
        <Radix.Content
          key={value}
          value={value}
          className={cn(
            'min-h-0 flex-1 overflow-y-auto p-4 focus-visible:outline-2 focus-visible:-outline-offset-2',
            fill && 'flex flex-col',
          )}
        >
          {value === tab && content()}
        </Radix.Content>
      ))}
    </Radix.Root>
  );
}
