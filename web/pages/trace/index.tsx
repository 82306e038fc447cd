import { getRouteApi } from '@tanstack/react-router';
import { Page, PageHeader } from '../../ui/page.tsx';

const route = getRouteApi('/app/project/$projectId/traces/$traceId');

export function TracePage() {
  const { traceId } = route.useParams();
  return (
    <Page>
      <PageHeader title="Trace" detail={traceId} />
    </Page>
  );
}
