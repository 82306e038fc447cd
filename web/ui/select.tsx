import { Check, ChevronDown } from 'lucide-react';
import { Select as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import { cn } from './cn.ts';

export interface SelectOption<V extends string> {
  value: V;
  label: ReactNode;
  /** A second, quieter line. */
  hint?: ReactNode;
  disabled?: boolean;
}

export interface SelectProps<V extends string> {
  value: V | undefined;
  onValueChange(value: V): void;
  options: readonly SelectOption<V>[];
  /** What is chosen here, for screen readers; leave out when `id` ties it to a label. */
  label?: string;
  id?: string;
  placeholder?: string;
  disabled?: boolean;
  size?: 'sm' | 'md';
  className?: string;
}

/** Choose one of a few. */
export function Select<V extends string>(props: SelectProps<V>) {
  const { value, onValueChange, options, label, id, placeholder, disabled, size = 'md', className } = props;
  const chosen = options.find((option) => option.value === value);
  return (
    <Radix.Root value={value ?? ''} onValueChange={(next) => onValueChange(next as V)} disabled={disabled}>
      <Radix.Trigger
        id={id}
        aria-label={label}
        className={cn(
          'inline-flex select-none items-center justify-between gap-2 rounded-md border border-line-strong bg-surface text-fg shadow-xs transition-colors hover:bg-hover disabled:pointer-events-none disabled:opacity-60 data-[placeholder]:text-faint',
          size === 'sm' ? 'h-7 px-2 text-sm' : 'h-8 px-2.5 text-base',
          className,
        )}
      >
        <span className="truncate">
          <Radix.Value placeholder={placeholder}>{chosen?.label}</Radix.Value>
        </span>
        <ChevronDown aria-hidden className="size-3.5 shrink-0 text-faint" />
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          position="popper"
          sideOffset={4}
          collisionPadding={8}
          className="z-50 max-h-(--radix-select-content-available-height) min-w-(--radix-select-trigger-width) max-w-80 animate-appear overflow-hidden rounded-lg border border-line bg-raised shadow-pop"
        >
          <Radix.Viewport className="p-1">
            {options.map((option) => (
              <Radix.Item
                key={option.value}
                value={option.value}
                disabled={option.disabled}
                className="relative flex cursor-default select-none flex-col rounded-md py-1 pr-2 pl-7 text-base data-[disabled]:opacity-50 data-[highlighted]:bg-active data-[highlighted]:outline-none"
              >
                <Radix.ItemIndicator className="absolute top-1.5 left-2">
                  <Check aria-hidden className="size-3.5 text-accent" />
                </Radix.ItemIndicator>
                <Radix.ItemText>{option.label}</Radix.ItemText>
                {option.hint && <span className="text-muted text-xs">{option.hint}</span>}
              </Radix.Item>
            ))}
          </Radix.Viewport>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
