import { X } from 'lucide-react';
import { Dialog as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import { Button } from './button.tsx';
import { cn } from './cn.ts';

export const DialogTrigger = Radix.Trigger;
export const DialogClose = Radix.Close;

export interface DialogProps {
  open?: boolean;
  onOpenChange?(open: boolean): void;
  trigger?: ReactNode;
  title: ReactNode;
  description?: ReactNode;
  /** Buttons, right-aligned below the body. */
  footer?: ReactNode;
  className?: string;
  /** Keeps it open on a click outside: something in it is shown only once. */
  sticky?: boolean;
  children?: ReactNode;
}

/** A question or a form above the page. */
export function Dialog({ open, onOpenChange, trigger, title, description, footer, className, sticky, children }: DialogProps) {
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      {trigger && <Radix.Trigger asChild>{trigger}</Radix.Trigger>}
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 animate-fade bg-scrim" />
        <Radix.Content
          {...(description ? {} : { 'aria-describedby': undefined })}
          onInteractOutside={sticky ? (event) => event.preventDefault() : undefined}
          className={cn(
            'fixed top-[14vh] left-1/2 z-50 flex max-h-[76vh] w-[calc(100vw-2rem)] max-w-md -translate-x-1/2 animate-fade flex-col rounded-xl border border-line bg-raised shadow-modal focus-visible:outline-none',
            className,
          )}
        >
          <div className="px-5 pt-4.5 pr-12">
            <Radix.Title className="font-semibold text-md">{title}</Radix.Title>
            {description && <Radix.Description className="mt-1 text-muted">{description}</Radix.Description>}
          </div>
          <div className="min-h-0 overflow-y-auto px-5 pt-4 pb-5">{children}</div>
          {footer && <div className="flex items-center justify-end gap-2 border-line border-t px-5 py-3">{footer}</div>}
          {/* Last, so that the first field of a form gets the focus. */}
          <Radix.Close asChild>
            <Button variant="ghost" size="icon" aria-label="Close" className="absolute top-3.5 right-3.5">
              <X aria-hidden />
            </Button>
          </Radix.Close>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
