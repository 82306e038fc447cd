import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { type FormEvent, type ReactNode, useState } from 'react';
import { LogoMark } from '../../ui/logo.tsx';
import { useDocumentTitle } from '../../ui/use-document-title.ts';

/** The page around a form by which somebody comes in. */
export function Frame({
  title,
  hint,
  version,
  children,
}: {
  title: string;
  hint: ReactNode;
  version?: string;
  children: ReactNode;
}) {
  useDocumentTitle(title);
  return (
    <main className="flex h-full flex-col items-center overflow-y-auto bg-sunken px-4">
      <div className="w-full max-w-88 pt-[14vh] pb-8">
        <LogoMark className="mb-5 size-9" />
        <h1 className="font-semibold text-xl tracking-tight">{title}</h1>
        <p className="mt-1 mb-6 text-muted">{hint}</p>
        {children}
      </div>
      {version && <p className="mt-auto pb-5 text-faint text-xs">Telltale {version}</p>}
    </main>
  );
}

/** Runs a form's work, shows what went wrong, and goes on to where the visitor wanted to go. */
export function useEntry(next: string | undefined) {
  const [error, setError] = useState<string>();
  const [busy, setBusy] = useState(false);
  const queries = useQueryClient();
  const router = useRouter();
  const enter = (work: () => Promise<void>) => async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      await work();
      queries.clear();
      await router.invalidate();
      await router.navigate({ href: next ?? '/', replace: true });
    } catch (cause) {
      setError(cause instanceof Error ? cause.message : String(cause));
    } finally {
      setBusy(false);
    }
  };
  return { error, busy, enter };
}
