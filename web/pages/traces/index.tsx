import { Activity } from 'lucide-react';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Page, PageHeader } from '../../ui/page.tsx';

export function TracesPage() {
  return (
    <Page>
      <PageHeader title="Traces" />
      <EmptyState icon={<Activity aria-hidden />} title="No traces" />
    </Page>
  );
}
