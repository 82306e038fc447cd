import { Dialog as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import { cn } from './cn.ts';

export interface SheetProps {
  open: boolean;
  onOpenChange(open: boolean): void;
  /** Spoken; the sheet's content shows its own heading. */
  label: string;
  className?: string;
  /** False leaves the page behind usable: a peek panel beside a table. */
  modal?: boolean;
  children: ReactNode;
}

/** A panel that slides in from the right. */
export function Sheet({ open, onOpenChange, label, className, modal = true, children }: SheetProps) {
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange} modal={modal}>
      <Radix.Portal>
        {modal && <Radix.Overlay className="fixed inset-0 z-40 animate-fade bg-scrim" />}
        <Radix.Content
          aria-describedby={undefined}
          onInteractOutside={modal ? undefined : (event) => event.preventDefault()}
          // Beside a page in use it takes neither the focus nor the Esc of a box that is being typed in.
          onOpenAutoFocus={modal ? undefined : (event) => event.preventDefault()}
          onEscapeKeyDown={modal ? undefined : (event) => event.target instanceof HTMLInputElement && event.preventDefault()}
          className={cn(
            'fixed inset-y-0 right-0 z-40 flex w-[min(56rem,calc(100vw-3rem))] animate-slide-in flex-col border-line border-l bg-canvas shadow-modal focus-visible:outline-none',
            className,
          )}
        >
          <Radix.Title className="sr-only">{label}</Radix.Title>
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
