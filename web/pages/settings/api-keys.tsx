import { useQuery } from '@tanstack/react-query';
import { createApiKey, deleteApiKey, listApiKeys } from '../../../contract/api/access.ts';
import { call } from '../../lib/client.ts';
import { queryOf } from '../../lib/query.ts';
import { mayAs, useProject } from '../../lib/session.ts';
import { PageBody } from '../../ui/page.tsx';
import { KeyList } from './key-list.tsx';

export function ApiKeySettings() {
  const { project } = useProject();
  const projectId = project.id;
  const mayRead = mayAs(project.role, 'MEMBER');
  const keys = useQuery({ ...queryOf(listApiKeys, { projectId }), enabled: mayRead });
  return (
    <PageBody>
      <KeyList
        title="API keys"
        description="Apps send traces and read data of this project with a key pair. The secret is shown once, when the key is created."
        empty="Without a key nothing can be sent to this project."
        keys={keys}
        queryKey={[listApiKeys.id]}
        mayChange={mayAs(project.role, 'ADMIN')}
        create={(note) => call(createApiKey, { projectId, note })}
        revoke={(apiKeyId) => call(deleteApiKey, { projectId, apiKeyId })}
        revoked="Apps that use it are refused from then on; what they sent stays."
        hidden={mayRead ? undefined : 'Viewers do not see keys. Ask an administrator to make you a member.'}
      />
    </PageBody>
  );
}
