import { useQuery } from '@tanstack/react-query';
import { createOrganisationApiKey, deleteOrganisationApiKey, listOrganisationApiKeys } from '../../../contract/api/access.ts';
import { call } from '../../lib/client.ts';
import { queryOf } from '../../lib/query.ts';
import { ROLE_NAMES } from '../../lib/roles.ts';
import type { Organisation } from '../../lib/session.ts';
import { KeyList } from './key-list.tsx';

/** Keys of an organisation itself; for its administrators only. */
export function OrganisationKeys({ organisation }: { organisation: Organisation }) {
  const organisationId = organisation.id;
  const keys = useQuery(queryOf(listOrganisationApiKeys, { organisationId }));
  return (
    <KeyList
      title="Organisation API keys"
      description="Scripts and identity providers (SCIM) manage projects, keys and members with such a key, with the rights of the person who made it. It sends no traces and reads none: projects have keys of their own."
      empty="Only needed where projects and members are managed by a program."
      keys={keys}
      queryKey={[listOrganisationApiKeys.id]}
      mayChange
      create={(note) => call(createOrganisationApiKey, { organisationId, note })}
      revoke={(apiKeyId) => call(deleteOrganisationApiKey, { organisationId, apiKeyId })}
      revoked="What uses it is refused from then on; what it made stays."
      detail={{ title: 'Rights', show: ({ role }) => ROLE_NAMES[role] }}
    />
  );
}
