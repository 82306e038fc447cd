import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { getProject, updateProject } from '../../../contract/api/access.ts';
import type { OutputOf } from '../../../contract/operation.ts';
import { call } from '../../lib/client.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { Textarea } from '../../ui/input.tsx';
import { toast } from '../../ui/toaster.tsx';

type Settings = OutputOf<typeof getProject>;

/** The object that a text stands for, or what is wrong with it. Nothing at all is an empty object. */
export function readMetadata(text: string): { metadata: Record<string, unknown> } | { problem: string } {
  if (text.trim() === '') return { metadata: {} };
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return { metadata: value as Record<string, unknown> };
    return { problem: 'This is JSON, but not an object: { "team": "search" }' };
  } catch (error) {
    return { problem: `This is no JSON: ${(error as Error).message}` };
  }
}

const written = ({ metadata }: Settings): string => (Object.keys(metadata).length === 0 ? '' : JSON.stringify(metadata, null, 2));

/** A project's metadata as JSON, editable. */
export function MetadataForm({ settings, disabled }: { settings: Settings; disabled: boolean }) {
  const stored = written(settings);
  const [typed, setTyped] = useState(stored);
  const [problem, setProblem] = useState<string>();
  const queries = useQueryClient();
  const save = useMutation({
    mutationFn: (metadata: Record<string, unknown>) => call(updateProject, { projectId: settings.id, metadata }),
    onSuccess: (saved) => {
      queries.setQueryData([getProject.id, { projectId: settings.id }], saved);
      setTyped(written(saved));
      toast.success('The metadata is saved');
    },
  });
  return (
    <form
      className="flex max-w-xl flex-col items-start gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        const read = readMetadata(typed);
        setProblem('problem' in read ? read.problem : undefined);
        if ('metadata' in read) save.mutate(read.metadata);
      }}
    >
      <Field
        className="w-full"
        label="JSON"
        hint={disabled ? 'Only administrators can change it.' : undefined}
        error={problem ?? save.error?.message}
      >
        {(control) => (
          <Textarea
            {...control}
            rows={Math.min(12, Math.max(3, typed.split('\n').length))}
            className="font-mono text-sm"
            placeholder={'{ "team": "search" }'}
            spellCheck={false}
            readOnly={disabled}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
        )}
      </Field>
      {!disabled && (
        <Button type="submit" size="md" aria-label="Save the metadata" disabled={typed === stored} busy={save.isPending}>
          Save
        </Button>
      )}
    </form>
  );
}
