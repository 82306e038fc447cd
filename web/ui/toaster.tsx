import { CircleAlert, CircleCheck } from 'lucide-react';
import { Toaster as Sonner, toast } from 'sonner';

export { toast };

/** Where short messages appear. `toast.success('Saved')`, `toast.error('Not saved', { description })`. */
export function Toaster({ theme }: { theme: 'light' | 'dark' }) {
  return (
    <Sonner
      theme={theme}
      position="bottom-right"
      gap={8}
      icons={{ success: <CircleCheck className="size-4 text-success" />, error: <CircleAlert className="size-4 text-danger" /> }}
      toastOptions={{
        unstyled: true,
        classNames: {
          toast:
            'flex w-84 items-start gap-2.5 rounded-lg border border-line bg-raised px-3.5 py-3 text-base text-fg shadow-pop font-sans',
          icon: 'mt-0.5',
          content: 'min-w-0 flex-1',
          title: 'font-medium',
          description: 'text-muted text-sm break-words',
          actionButton: 'shrink-0 rounded-md px-2 py-0.5 font-medium text-accent text-sm hover:bg-hover',
        },
      }}
    />
  );
}
