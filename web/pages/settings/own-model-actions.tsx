import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { deleteModel } from '../../../contract/api/models.ts';
import { listPrices, matchPrice } from '../../../contract/api/prices.ts';
import { call } from '../../lib/client.ts';
import { useProject } from '../../lib/session.ts';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { toast } from '../../ui/toaster.tsx';
import type { Price } from './price-columns.ts';

/** What can be done with a model of the project's own. */
export function OwnModelActions({ price, onEdit }: { price: Price; onEdit(): void }) {
  const { project } = useProject();
  const queries = useQueryClient();
  const [deleting, setDeleting] = useState(false);
  return (
    <div className="mt-3 flex items-center gap-2">
      <Button size="xs" aria-label={`Edit ${price.modelName}`} onClick={onEdit}>
        Edit
      </Button>
      <Button variant="danger-quiet" size="xs" aria-label={`Delete ${price.modelName}`} onClick={() => setDeleting(true)}>
        Delete
      </Button>
      <ConfirmDialog
        open={deleting}
        onOpenChange={setDeleting}
        danger
        title={`Delete “${price.modelName}”?`}
        description="Steps that come in from then on are priced by the next price that fits, or not at all. Costs that were computed stay."
        action="Delete"
        onConfirm={async () => {
          await call(deleteModel, { projectId: project.id, id: price.id });
          toast.success(`“${price.modelName}” is deleted`);
          await Promise.all([listPrices, matchPrice].map(({ id }) => queries.invalidateQueries({ queryKey: [id] })));
        }}
      />
    </div>
  );
}
