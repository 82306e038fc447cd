import { type ReactNode, useId } from 'react';
import { cn } from './cn.ts';

export interface FieldProps {
  label: ReactNode;
  /** Shown below the control, read with it. */
  hint?: ReactNode;
  /** What is wrong; replaces the hint. */
  error?: ReactNode;
  className?: string;
  /** Gets the attributes that tie the control to its label, hint and error. */
  children(control: { id: string; 'aria-describedby': string | undefined; 'aria-invalid': true | undefined }): ReactNode;
}

/** A labelled control of a form. */
export function Field({ label, hint, error, className, children }: FieldProps) {
  const id = useId();
  const note = error ?? hint;
  return (
    <div className={cn('flex flex-col gap-1.5', className)}>
      <label htmlFor={id} className="font-medium text-fg text-sm">
        {label}
      </label>
      {children({ id, 'aria-describedby': note ? `${id}-note` : undefined, 'aria-invalid': error ? true : undefined })}
      {note && (
        <p id={`${id}-note`} role={error ? 'alert' : undefined} className={cn('text-sm', error ? 'text-danger' : 'text-faint')}>
          {note}
        </p>
      )}
    </div>
  );
}
