import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { meQuery } from '../../lib/session.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { Input } from '../../ui/input.tsx';
import { toast } from '../../ui/toaster.tsx';

export interface RenameFormProps {
  name: string;
  disabled: boolean;
  rename(name: string): Promise<unknown>;
}

/** The name of a project or an organisation, editable. */
export function RenameForm({ name, disabled, rename }: RenameFormProps) {
  const [typed, setTyped] = useState(name);
  const queries = useQueryClient();
  const save = useMutation({
    mutationFn: (next: string) => rename(next),
    onSuccess: async () => {
      await queries.fetchQuery({ ...meQuery, staleTime: 0 });
      toast.success('Renamed');
    },
  });
  const next = typed.trim();
  return (
    <form
      className="flex max-w-md items-start gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        if (next !== '' && next !== name) save.mutate(next);
      }}
    >
      <Field
        className="flex-1"
        label="Name"
        hint={disabled ? 'Only administrators can change it.' : undefined}
        error={save.error?.message}
      >
        {(control) => (
          <Input
            {...control}
            required
            maxLength={100}
            readOnly={disabled}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
        )}
      </Field>
      {!disabled && (
        <Button type="submit" size="md" className="mt-6" disabled={next === '' || next === name} busy={save.isPending}>
          Save
        </Button>
      )}
    </form>
  );
}
