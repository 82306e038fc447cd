import { useProject } from '../../lib/session.ts';
import { PageBody } from '../../ui/page.tsx';
import { MemberList } from './member-list.tsx';
import { ProjectRoles } from './project-roles.tsx';

export function MemberSettings() {
  const { project, organisation } = useProject();
  return (
    <PageBody>
      {/* Who has a role in this project alone does not see the organisation. */}
      {organisation.role !== 'NONE' && <MemberList organisation={organisation} />}
      <ProjectRoles key={project.id} project={project} />
    </PageBody>
  );
}
