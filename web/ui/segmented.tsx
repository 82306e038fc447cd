import { ToggleGroup } from 'radix-ui';
import type { ReactNode } from 'react';
import { cn } from './cn.ts';
import { Tooltip } from './tooltip.tsx';

export interface SegmentedProps<V extends string> {
  value: V;
  onValueChange(value: V): void;
  /** `label` is spoken and shown as a tooltip when `icon` stands alone. */
  options: readonly { value: V; label: string; icon?: ReactNode; shortcut?: string }[];
  label: string;
  /** Show pictures only. */
  iconsOnly?: boolean;
  className?: string;
}

/** One of two to five, all in sight: views of the same thing. */
export function Segmented<V extends string>({ value, onValueChange, options, label, iconsOnly, className }: SegmentedProps<V>) {
  return (
    <ToggleGroup.Root
      type="single"
      aria-label={label}
      value={value}
      onValueChange={(next) => next && onValueChange(next as V)}
      className={cn('inline-flex h-7 items-center rounded-md border border-line bg-sunken p-0.5', className)}
    >
      {options.map((option) => {
        const item = (
          <ToggleGroup.Item
            key={option.value}
            value={option.value}
            aria-label={option.label}
            className="inline-flex h-full items-center gap-1.5 rounded-sm px-2 text-muted text-sm transition-colors hover:text-fg data-[state=on]:bg-surface data-[state=on]:text-fg data-[state=on]:shadow-xs dark:data-[state=on]:bg-active [&_svg]:size-3.5"
          >
            {option.icon}
            {!iconsOnly && option.label}
          </ToggleGroup.Item>
        );
        if (!iconsOnly && !option.shortcut) return item;
        return (
          <Tooltip key={option.value} content={option.label} shortcut={option.shortcut}>
            {/* The tooltip's own data-state must not replace the item's. */}
            <span className="inline-flex h-full">{item}</span>
          </Tooltip>
        );
      })}
    </ToggleGroup.Root>
  );
}
