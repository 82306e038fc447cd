import { useCallback } from 'react';
import { Group, type GroupProps, type Layout, Panel, Separator, type SeparatorProps } from 'react-resizable-panels';
import { cn } from './cn.ts';

export const ResizablePanel = Panel;

function readLayout(key: string): Layout | undefined {
  try {
    const text = localStorage.getItem(key);
    return text === null ? undefined : (JSON.parse(text) as Layout);
  } catch {
    return undefined;
  }
}

/**
 * Panels side by side (or stacked) with handles between them. `remember` names the place in local storage where the sizes are kept;
 * every panel then needs an `id`. Sizes are numbers in px or texts such as `30%`.
 */
export function ResizableGroup({ remember, className, ...rest }: GroupProps & { remember?: string }) {
  const key = remember && `telltale:panels:${remember}`;
  const save = useCallback(
    (layout: Layout) => {
      try {
        if (key) localStorage.setItem(key, JSON.stringify(layout));
      } catch {
        // Storage may be full or forbidden; the sizes are then those of the next start.
      }
    },
    [key],
  );
  return (
    <Group
      className={cn('h-full', className)}
      defaultLayout={key ? readLayout(key) : undefined}
      onLayoutChanged={save}
      {...rest}
    />
  );
}

/** The handle between two panels: drag it, or focus it and use the arrow keys. */
export function ResizableHandle({ className, label = 'Resize', ...rest }: SeparatorProps & { label?: string }) {
  return (
    <Separator
      aria-label={label}
      className={cn(
        'relative shrink-0 bg-line transition-colors after:absolute after:bg-transparent hover:bg-accent focus-visible:z-10 focus-visible:bg-accent focus-visible:outline-offset-0 data-[separator=active]:bg-accent aria-[orientation=horizontal]:h-px aria-[orientation=vertical]:w-px aria-[orientation=horizontal]:after:inset-x-0 aria-[orientation=vertical]:after:inset-y-0 aria-[orientation=horizontal]:after:-inset-y-1 aria-[orientation=vertical]:after:-inset-x-1',
        className,
      )}
      {...rest}
    />
  );
}
