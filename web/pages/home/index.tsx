import { useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { createOrganisation, createProject } from '../../../contract/api/access.ts';
import { call } from '../../lib/client.ts';
import { mayAs, meQuery, useMe } from '../../lib/session.ts';
import { Button } from '../../ui/button.tsx';
import { Callout } from '../../ui/callout.tsx';
import { Field } from '../../ui/field.tsx';
import { Input } from '../../ui/input.tsx';
import { PageBody } from '../../ui/page.tsx';
import { useDocumentTitle } from '../../ui/use-document-title.ts';

const route = getRouteApi('/app/new');

/** A new project in an organisation that is there, or in a new one. The first thing that somebody without any project sees. */
export function NewProjectPage() {
  const { organisation: organisationId } = route.useSearch();
  const me = useMe();
  const existing = me.organisations.find(
    (organisation) => organisation.id === organisationId && mayAs(organisation.role, 'ADMIN'),
  );
  const first = me.organisations.length === 0;
  const [organisationName, setOrganisationName] = useState('');
  const [projectName, setProjectName] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string>();
  const queries = useQueryClient();
  const navigate = useNavigate();

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      const organisation = existing ?? (await call(createOrganisation, { name: organisationName }));
      let projectId: string;
      try {
        projectId = (await call(createProject, { organisationId: organisation.id, name: projectName })).id;
      } catch (cause) {
        if (existing) throw cause;
        // The organisation is there: go on in it instead of making a second one on the next try.
        await queries.fetchQuery({ ...meQuery, staleTime: 0 });
        await navigate({ to: '/new', search: { organisation: organisation.id }, replace: true });
        throw cause;
      }
      await queries.fetchQuery({ ...meQuery, staleTime: 0 });
      await navigate({ to: '/project/$projectId/setup', params: { projectId } });
    } catch (cause) {
      setError(cause instanceof Error ? cause.message : String(cause));
    } finally {
      setBusy(false);
    }
  };

  useDocumentTitle(existing ? 'New project' : 'New organisation');

  return (
    <PageBody className="max-w-md pt-[12vh]">
      <h1 className="font-semibold text-xl tracking-tight">
        {first ? 'Welcome. What do you want to watch?' : existing ? `New project in ${existing.name}` : 'New organisation'}
      </h1>
      <p className="mt-1 mb-6 text-muted">
        A project holds the traces of one application and has its own API keys.
        {!existing && ' An organisation holds projects and the people who may see them.'}
      </p>
      <form className="flex flex-col gap-4" onSubmit={submit}>
        {!existing && (
          <Field label="Organisation" hint="Your company or team">
            {(control) => (
              <Input
                {...control}
                required
                maxLength={100}
                autoFocus
                value={organisationName}
                onChange={(event) => setOrganisationName(event.target.value)}
              />
            )}
          </Field>
        )}
        <Field label="Project" hint="The application, for example “Support agent”">
          {(control) => (
            <Input
              {...control}
              required
              maxLength={100}
              autoFocus={existing !== undefined}
              value={projectName}
              onChange={(event) => setProjectName(event.target.value)}
            />
          )}
        </Field>
        {error && (
          <Callout tone="danger" role="alert">
            {error}
          </Callout>
        )}
        <Button type="submit" variant="primary" size="md" busy={busy} className="self-start">
          Create
        </Button>
      </form>
    </PageBody>
  );
}
