import { Search, X } from 'lucide-react';
import type { ComponentProps } from 'react';
import { cn } from './cn.ts';

export const inputStyle =
  'w-full min-w-0 rounded-md border border-line-strong bg-surface px-2.5 text-base text-fg shadow-xs transition-colors hover:border-faint/60 focus-visible:border-accent focus-visible:outline-offset-0 disabled:opacity-60 aria-invalid:border-danger read-only:bg-sunken';

export function Input({ className, type = 'text', ...rest }: ComponentProps<'input'>) {
  return <input type={type} className={cn(inputStyle, 'h-8', className)} {...rest} />;
}

export function Textarea({ className, ...rest }: ComponentProps<'textarea'>) {
  return <textarea className={cn(inputStyle, 'min-h-20 py-1.5', className)} {...rest} />;
}

export interface SearchInputProps extends Omit<ComponentProps<'input'>, 'value' | 'onChange'> {
  value: string;
  onValueChange(value: string): void;
  /** What is searched, for screen readers. */
  label: string;
}

/** A box to search in, with a cross that empties it. */
export function SearchInput({ value, onValueChange, label, className, ...rest }: SearchInputProps) {
  return (
    <div className={cn('relative', className)}>
      <Search aria-hidden className="pointer-events-none absolute top-1/2 left-2.5 size-3.5 -translate-y-1/2 text-faint" />
      <Input
        type="text"
        role="searchbox"
        aria-label={label}
        className="px-8"
        autoComplete="off"
        spellCheck={false}
        value={value}
        onChange={(event) => onValueChange(event.target.value)}
        {...rest}
      />
      {value !== '' && (
        <button
          type="button"
          aria-label="Clear the search"
          className="absolute top-1/2 right-1.5 flex size-5 -translate-y-1/2 items-center justify-center rounded-sm text-faint hover:bg-hover hover:text-fg"
          onClick={() => onValueChange('')}
        >
          <X aria-hidden className="size-3.5" />
        </button>
      )}
    </div>
  );
}
