import { useProject } from '../../lib/session.ts';
import { PageBody } from '../../ui/page.tsx';
import { MemberList } from './member-list.tsx';

export function MemberSettings() {
  const { organisation } = useProject();
  return (
    <PageBody>
      <MemberList organisation={organisation} />
    </PageBody>
  );
}
