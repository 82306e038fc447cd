import { cva, type VariantProps } from 'class-variance-authority';
import { Slot } from 'radix-ui';
import type { ComponentProps, ReactNode } from 'react';
import { cn } from './cn.ts';
import { Spinner } from './spinner.tsx';
import { Tooltip } from './tooltip.tsx';

export const buttonStyle = cva(
  'inline-flex shrink-0 select-none items-center justify-center gap-1.5 whitespace-nowrap rounded-md font-medium transition-colors duration-100 disabled:pointer-events-none disabled:opacity-50 aria-disabled:pointer-events-none aria-disabled:opacity-50 [&_svg]:shrink-0',
  {
    variants: {
      variant: {
        primary: 'bg-accent text-on-accent hover:bg-accent-hover',
        secondary: 'border border-line-strong bg-surface text-fg shadow-xs hover:bg-hover active:bg-active',
        ghost: 'text-muted hover:bg-hover hover:text-fg active:bg-active data-[state=open]:bg-hover data-[state=open]:text-fg',
        danger: 'bg-danger text-canvas hover:bg-danger-hover',
        'danger-quiet': 'text-danger hover:bg-danger-soft',
        link: 'text-accent underline-offset-3 hover:underline',
      },
      size: {
        xs: 'h-6 px-2 text-xs [&_svg]:size-3.5',
        sm: 'h-7 px-2.5 text-sm [&_svg]:size-3.5',
        md: 'h-8 px-3 text-base [&_svg]:size-4',
        'icon-xs': 'size-6 [&_svg]:size-3.5',
        icon: 'size-7 [&_svg]:size-4',
      },
    },
    compoundVariants: [{ variant: 'link', class: 'h-auto px-0' }],
    defaultVariants: { variant: 'secondary', size: 'sm' },
  },
);

export interface ButtonProps extends ComponentProps<'button'>, VariantProps<typeof buttonStyle> {
  /** Render the only child (a link, say) with a button's looks. */
  asChild?: boolean;
  /** Shows a spinner and takes no clicks; the width stays. */
  busy?: boolean;
}

export function Button({ className, variant, size, asChild, busy, children, disabled, type, ...rest }: ButtonProps) {
  const style = cn(buttonStyle({ variant, size }), busy && 'relative', className);
  if (asChild) {
    return (
      <Slot.Root className={style} {...rest}>
        {children}
      </Slot.Root>
    );
  }
  return (
    <button type={type ?? 'button'} className={style} disabled={disabled || busy} aria-busy={busy || undefined} {...rest}>
      {busy ? (
        <>
          <span className="invisible inline-flex items-center gap-1.5">{children}</span>
          <Spinner className="absolute" />
        </>
      ) : (
        children
      )}
    </button>
  );
}

export interface IconButtonProps extends Omit<ButtonProps, 'children' | 'asChild'> {
  /** What it does: read out, and shown on hover. */
  label: string;
  /** Key that does the same, shown beside the label. */
  shortcut?: string;
  children: ReactNode;
  side?: 'top' | 'right' | 'bottom' | 'left';
}

/** A button with only a picture on it; its label is spoken and shown as a tooltip. */
export function IconButton({ label, shortcut, side, size = 'icon', variant = 'ghost', children, ...rest }: IconButtonProps) {
  return (
    <Tooltip content={label} shortcut={shortcut} side={side}>
      <Button aria-label={label} size={size} variant={variant} {...rest}>
        {children}
      </Button>
    </Tooltip>
  );
}
