import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { leaveOrganisation, listOwnMemberships } from '../../../contract/api/access.ts';
import type { OutputOf } from '../../../contract/operation.ts';
import { call } from '../../lib/client.ts';
import { queryOf } from '../../lib/query.ts';
import { ROLE_NAMES } from '../../lib/roles.ts';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { Section } from '../../ui/page.tsx';
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from '../../ui/table.tsx';

type Membership = OutputOf<typeof listOwnMemberships>['data'][number];

/** The organisations that one is a member of, each with the way out. */
export function OwnMemberships() {
  const memberships = useQuery(queryOf(listOwnMemberships, {}));
  const [leaving, setLeaving] = useState<Membership>();
  if (!memberships.data?.data.length) return null;
  return (
    <Section title="Organisations" description="What you are a member of. Who has left comes back by invitation only.">
      <Table aria-label="Organisations">
        <TableHead>
          <tr>
            <TableHeader>Name</TableHeader>
            <TableHeader>Role</TableHeader>
            <TableHeader>
              <span className="sr-only">Actions</span>
            </TableHeader>
          </tr>
        </TableHead>
        <TableBody>
          {memberships.data.data.map((membership) => (
            <TableRow key={membership.id}>
              <TableCell className="font-medium">{membership.name}</TableCell>
              <TableCell>{ROLE_NAMES[membership.role]}</TableCell>
              <TableCell className="text-right">
                <Button
                  variant="danger-quiet"
                  size="xs"
                  aria-label={`Leave ${membership.name}`}
                  onClick={() => setLeaving(membership)}
                >
                  Leave
                </Button>
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
      <ConfirmDialog
        open={leaving !== undefined}
        onOpenChange={(open) => !open && setLeaving(undefined)}
        danger
        title={`Leave ${leaving?.name}?`}
        description={`All projects of ${leaving?.name} are closed to you at once. Your account stays.`}
        action="Leave"
        onConfirm={async () => {
          if (!leaving) return;
          await call(leaveOrganisation, { id: leaving.id });
          window.location.assign('/account');
        }}
      />
    </Section>
  );
}
