import { Check } from 'lucide-react';
import { DropdownMenu as Radix } from 'radix-ui';
import type { ComponentProps, ReactNode } from 'react';
import { cn } from './cn.ts';
import { Shortcut } from './kbd.tsx';

/** A menu behind a button. Not modal: the page stays readable for assistive technology while it is open. */
export function DropdownMenu(props: ComponentProps<typeof Radix.Root>) {
  return <Radix.Root modal={false} {...props} />;
}

export const DropdownMenuTrigger = Radix.Trigger;
export const DropdownMenuRadioGroup = Radix.RadioGroup;
export const DropdownMenuSub = Radix.Sub;

const surface = 'z-50 min-w-44 animate-appear overflow-y-auto rounded-lg border border-line bg-raised p-1 shadow-pop';
const row =
  'relative flex cursor-default select-none items-center gap-2 rounded-md px-2 py-1 text-base data-[disabled]:pointer-events-none data-[disabled]:opacity-50 data-[highlighted]:bg-active data-[highlighted]:outline-none [&_svg]:size-4 [&_svg]:shrink-0';

export function DropdownMenuContent({ className, ...rest }: ComponentProps<typeof Radix.Content>) {
  return (
    <Radix.Portal>
      <Radix.Content
        sideOffset={4}
        collisionPadding={8}
        className={cn(surface, 'max-h-(--radix-dropdown-menu-content-available-height)', className)}
        {...rest}
      />
    </Radix.Portal>
  );
}

export interface DropdownMenuItemProps extends ComponentProps<typeof Radix.Item> {
  icon?: ReactNode;
  shortcut?: string;
  danger?: boolean;
}

export function DropdownMenuItem({ className, icon, shortcut, danger, children, ...rest }: DropdownMenuItemProps) {
  return (
    <Radix.Item className={cn(row, danger ? 'text-danger' : '[&>svg]:text-muted', className)} {...rest}>
      {icon}
      <span className="min-w-0 flex-1 truncate">{children}</span>
      {shortcut && <Shortcut keys={shortcut} className="ml-4" />}
    </Radix.Item>
  );
}

/** An entry that is a link: the only child is the anchor. */
export function DropdownMenuLink({ className, children, ...rest }: ComponentProps<typeof Radix.Item>) {
  return (
    <Radix.Item asChild className={cn(row, '[&>svg]:text-muted', className)} {...rest}>
      {children}
    </Radix.Item>
  );
}

export function DropdownMenuCheckboxItem({ className, children, ...rest }: ComponentProps<typeof Radix.CheckboxItem>) {
  return (
    <Radix.CheckboxItem className={cn(row, 'pl-7', className)} {...rest}>
      <Radix.ItemIndicator className="absolute left-2">
        <Check aria-hidden className="size-3.5! text-accent" />
      </Radix.ItemIndicator>
      {children}
    </Radix.CheckboxItem>
  );
}

export function DropdownMenuRadioItem({ className, children, ...rest }: ComponentProps<typeof Radix.RadioItem>) {
  return (
    <Radix.RadioItem className={cn(row, 'pl-7', className)} {...rest}>
      <Radix.ItemIndicator className="absolute left-2">
        <Check aria-hidden className="size-3.5! text-accent" />
      </Radix.ItemIndicator>
      {children}
    </Radix.RadioItem>
  );
}

export function DropdownMenuLabel({ className, ...rest }: ComponentProps<typeof Radix.Label>) {
  return <Radix.Label className={cn('px-2 py-1 font-medium text-faint text-xs', className)} {...rest} />;
}

export function DropdownMenuSeparator({ className, ...rest }: ComponentProps<typeof Radix.Separator>) {
  return <Radix.Separator className={cn('-mx-1 my-1 h-px bg-line', className)} {...rest} />;
}
