import { Command as Cmdk } from 'cmdk';
import { Search } from 'lucide-react';
import { Dialog as Radix } from 'radix-ui';
import type { ComponentProps, ReactNode } from 'react';
import { cn } from './cn.ts';
import { Shortcut } from './kbd.tsx';

/** A list that is narrowed by typing and walked by arrow keys; alone in a popover or inside `CommandDialog`. */
export function Command({ className, ...rest }: ComponentProps<typeof Cmdk>) {
  return <Cmdk className={cn('flex min-h-0 flex-col', className)} {...rest} />;
}

export interface CommandDialogProps {
  open: boolean;
  onOpenChange(open: boolean): void;
  /** Spoken name. */
  label: string;
  children: ReactNode;
}

export function CommandDialog({ open, onOpenChange, label, children }: CommandDialogProps) {
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 animate-fade bg-scrim" />
        <Radix.Content
          aria-describedby={undefined}
          className="fixed top-[16vh] left-1/2 z-50 flex max-h-[60vh] w-[calc(100vw-2rem)] max-w-xl -translate-x-1/2 animate-fade flex-col overflow-hidden rounded-xl border border-line bg-raised shadow-modal focus-visible:outline-none"
        >
          <Radix.Title className="sr-only">{label}</Radix.Title>
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

export function CommandInput({ className, ...rest }: ComponentProps<typeof Cmdk.Input>) {
  return (
    <div className="flex items-center gap-2.5 border-line border-b px-3.5">
      <Search aria-hidden className="size-4 shrink-0 text-faint" />
      <Cmdk.Input className={cn('h-11 w-full bg-transparent text-md text-fg focus-visible:outline-none', className)} {...rest} />
    </div>
  );
}

export function CommandList({ className, ...rest }: ComponentProps<typeof Cmdk.List>) {
  return <Cmdk.List className={cn('min-h-0 scroll-py-1.5 overflow-y-auto p-1.5', className)} {...rest} />;
}

export function CommandEmpty({ className, ...rest }: ComponentProps<typeof Cmdk.Empty>) {
  return <Cmdk.Empty className={cn('px-3 py-8 text-center text-muted', className)} {...rest} />;
}

export function CommandGroup({ className, ...rest }: ComponentProps<typeof Cmdk.Group>) {
  return (
    <Cmdk.Group
      className={cn(
        '[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:font-medium [&_[cmdk-group-heading]]:text-faint [&_[cmdk-group-heading]]:text-xs',
        className,
      )}
      {...rest}
    />
  );
}

export interface CommandItemProps extends ComponentProps<typeof Cmdk.Item> {
  icon?: ReactNode;
  shortcut?: string;
}

export function CommandItem({ className, icon, shortcut, children, ...rest }: CommandItemProps) {
  return (
    <Cmdk.Item
      className={cn(
        'flex h-8 cursor-default select-none items-center gap-2.5 rounded-md px-2 data-[disabled=true]:opacity-50 data-[selected=true]:bg-active [&>svg]:size-4 [&>svg]:shrink-0 [&>svg]:text-muted',
        className,
      )}
      {...rest}
    >
      {icon}
      <span className="flex min-w-0 flex-1 items-center gap-2 truncate">{children}</span>
      {shortcut && <Shortcut keys={shortcut} />}
    </Cmdk.Item>
  );
}
