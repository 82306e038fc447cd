import { Link, useRouter } from '@tanstack/react-router';
import { Compass } from 'lucide-react';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { useDocumentTitle } from '../../ui/use-document-title.ts';

/** An address that leads nowhere, or to something of a project that the reader may not see: the two look alike on purpose. */
export function NotFound() {
  useDocumentTitle('Not found');
  return (
    <div className="flex h-full items-center justify-center">
      <EmptyState
        icon={<Compass aria-hidden />}
        heading="h1"
        title="There is nothing at this address"
        actions={
          <Button asChild variant="primary">
            <Link to="/">Back to your project</Link>
          </Button>
        }
      >
        It may have been deleted, or it belongs to a project that you are no member of.
      </EmptyState>
    </div>
  );
}

/** A page that could not be shown. */
export function Trouble({ error, onRetry }: { error: unknown; onRetry(): void }) {
  const router = useRouter();
  return (
    <div className="flex h-full items-center justify-center">
      <ErrorState
        title="This page could not be shown"
        error={error}
        onRetry={() => {
          onRetry();
          void router.invalidate();
        }}
      >
        Nothing that was sent is lost by it.
      </ErrorState>
    </div>
  );
}
