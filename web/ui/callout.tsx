import { CircleAlert, CircleCheck, Info, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { cn } from './cn.ts';

const TONES = {
  info: { icon: Info, style: 'border-line bg-sunken', sign: 'text-muted' },
  success: { icon: CircleCheck, style: 'border-success/25 bg-success-soft', sign: 'text-success' },
  warning: { icon: TriangleAlert, style: 'border-warning/25 bg-warning-soft', sign: 'text-warning' },
  danger: { icon: CircleAlert, style: 'border-danger/25 bg-danger-soft', sign: 'text-danger' },
};

export interface CalloutProps {
  tone?: keyof typeof TONES;
  role?: 'alert' | 'status';
  className?: string;
  children: ReactNode;
}

/** A note inside a page that must not be missed. */
export function Callout({ tone = 'info', role, className, children }: CalloutProps) {
  const { icon: Icon, style, sign } = TONES[tone];
  return (
    <div role={role} className={cn('flex gap-2.5 rounded-lg border px-3 py-2.5', style, className)}>
      <Icon aria-hidden className={cn('mt-0.5 size-4 shrink-0', sign)} />
      <div className="min-w-0 flex-1">{children}</div>
    </div>
  );
}
