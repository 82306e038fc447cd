import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Button, type ButtonProps } from './button.tsx';
import { toast } from './toaster.tsx';
import { Tooltip } from './tooltip.tsx';

/** Puts a text on the clipboard; also where the clipboard API is closed because the page came over plain http. */
export async function copyText(text: string): Promise<void> {
  if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(text);
  const area = document.createElement('textarea');
  area.value = text;
  area.style.position = 'fixed';
  area.style.opacity = '0';
  // Inside an open dialog, so that its focus trap lets the selection be.
  const host = document.activeElement?.closest('[role=dialog]') ?? document.body;
  const focused = document.activeElement instanceof HTMLElement ? document.activeElement : null;
  host.append(area);
  area.select();
  const done = document.execCommand('copy');
  area.remove();
  focused?.focus();
  if (!done) throw new Error('The browser did not allow it.');
}

export interface CopyButtonProps extends Omit<ButtonProps, 'children' | 'onClick' | 'asChild'> {
  /** The text, or how to get it when it is large. */
  text: string | (() => string | Promise<string>);
  /** What is copied: `Copy the trace id`. Spoken, and shown on hover. */
  label?: string;
  /** Shown beside the picture. */
  children?: string;
}

export function CopyButton({ text, label = 'Copy', children, size, variant = 'ghost', ...rest }: CopyButtonProps) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 1500);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async () => {
    try {
      await copyText(typeof text === 'string' ? text : await text());
      setCopied(true);
    } catch (cause) {
      toast.error('Not copied', { description: cause instanceof Error ? cause.message : undefined });
    }
  };
  return (
    <Tooltip content={copied ? 'Copied' : label}>
      <Button
        aria-label={copied ? 'Copied' : label}
        variant={variant}
        size={size ?? (children ? 'sm' : 'icon-xs')}
        onClick={() => void copy()}
        {...rest}
      >
        {copied ? <Check aria-hidden className="text-success" /> : <Copy aria-hidden />}
        {children}
      </Button>
    </Tooltip>
  );
}
