import { cva, type VariantProps } from 'class-variance-authority';
import type { ComponentProps } from 'react';
import { cn } from './cn.ts';

const style = cva(
  'inline-flex max-w-full items-center gap-1 truncate rounded-sm px-1.5 font-medium [&_svg]:size-3 [&_svg]:shrink-0',
  {
    variants: {
      tone: {
        neutral: 'bg-hover text-muted',
        outline: 'border border-line text-muted',
        accent: 'bg-accent-soft text-accent',
        success: 'bg-success-soft text-success',
        warning: 'bg-warning-soft text-warning',
        danger: 'bg-danger-soft text-danger',
      },
      size: { sm: 'h-4.5 text-2xs', md: 'h-5 text-xs' },
    },
    defaultVariants: { tone: 'neutral', size: 'md' },
  },
);

export function Badge({ className, tone, size, ...rest }: ComponentProps<'span'> & VariantProps<typeof style>) {
  return <span className={cn(style({ tone, size }), className)} {...rest} />;
}
