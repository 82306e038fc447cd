import type { ComponentProps } from 'react';
import { cn } from './cn.ts';

/** A plain table inside its own sideways scroll. Large ones lay the same parts out with a virtualiser. */
export function Table({ className, ...rest }: ComponentProps<'table'>) {
  return (
    <div className="w-full overflow-x-auto rounded-lg border border-line">
      <table className={cn('w-full border-collapse text-left text-base', className)} {...rest} />
    </div>
  );
}

export function TableHead({ className, ...rest }: ComponentProps<'thead'>) {
  return <thead className={cn('bg-sunken text-muted text-xs', className)} {...rest} />;
}

export function TableBody(props: ComponentProps<'tbody'>) {
  return <tbody {...props} />;
}

export function TableRow({ className, ...rest }: ComponentProps<'tr'>) {
  return <tr className={cn('border-line border-b last:border-b-0', className)} {...rest} />;
}

export function TableHeader({ className, ...rest }: ComponentProps<'th'>) {
  return <th scope="col" className={cn('h-8 whitespace-nowrap px-3 font-medium', className)} {...rest} />;
}

export function TableCell({ className, ...rest }: ComponentProps<'td'>) {
  return <td className={cn('h-10 px-3 align-middle', className)} {...rest} />;
}
