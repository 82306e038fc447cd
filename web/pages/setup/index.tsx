import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { KeyRound } from 'lucide-react';
import { useState } from 'react';
import { createApiKey, listApiKeys } from '../../../contract/api/access.ts';
import type { OutputOf } from '../../../contract/operation.ts';
import { call } from '../../lib/client.ts';
import { queryOf } from '../../lib/query.ts';
import { basicAuthorization, PUBLIC_PLACEHOLDER, SECRET_PLACEHOLDER } from '../../lib/sdk-environment.ts';
import { mayAs, type Project, useMe, useProject } from '../../lib/session.ts';
import { Button } from '../../ui/button.tsx';
import { Callout } from '../../ui/callout.tsx';
import { CodeBlock } from '../../ui/code-block.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Page, PageBody, PageHeader } from '../../ui/page.tsx';
import { Tabs, TabsContent, TabsList, TabsTrigger } from '../../ui/tabs.tsx';
import { FirstTrace } from './first-trace.tsx';
import { type Snippet, snippetsFor } from './snippets.ts';
import { toolSnippetsFor } from './tool-snippets.ts';

type NewKey = OutputOf<typeof createApiKey>;

/** From nothing to the first trace: a key, a snippet with that key in it, and a light that turns green. */
export function SetUpPage() {
  const { project } = useProject();
  // A key belongs to one project: the page starts over with the next one.
  return <SetUp key={project.id} project={project} />;
}

function SetUp({ project }: { project: Project }) {
  const me = useMe();
  const [created, setCreated] = useState<NewKey>();
  const keys = useQuery({ ...queryOf(listApiKeys, { projectId: project.id }), enabled: mayAs(project.role, 'MEMBER') });
  const existing = keys.data?.data[0];
  const target = {
    host: me.server.publicUrl.replace(/\/+$/, ''),
    publicKey: created?.publicKey ?? existing?.publicKey ?? PUBLIC_PLACEHOLDER,
    secretKey: created?.secretKey ?? SECRET_PLACEHOLDER,
    grpcPort: me.server.otlpGrpcPort,
  };
  const marked = [target.publicKey, target.secretKey, target.host, ...(created ? [basicAuthorization(created)] : [])];

  return (
    <Page>
      <PageHeader title="Set up" detail={project.name} />
      <PageBody className="max-w-3xl">
        <ol className="flex flex-col gap-8">
          <Step number={1} title="Create a key">
            <KeyStep
              projectId={project.id}
              created={created}
              onCreated={setCreated}
              has={existing?.publicKey}
              role={project.role}
            />
          </Step>
          <Step number={2} title="Send a trace">
            <p className="mb-3 text-muted">
              Nothing of yours has to change but the address: the Langfuse SDKs of every generation and every OpenTelemetry
              exporter work as they are.
            </p>
            <SnippetTabs label="Ways to send traces" snippets={snippetsFor(target)} marked={marked} />
          </Step>
          <Step number={3} title="See it arrive">
            <FirstTrace project={project} />
            <p className="mt-3 text-muted">
              Nothing comes?{' '}
              <Link
                to="/project/$projectId/settings/ingestion"
                params={{ projectId: project.id }}
                className="text-accent underline underline-offset-2"
              >
                Why is my trace not here
              </Link>{' '}
              shows what came in, by which key, and what was refused.
            </p>
          </Step>
          <Step number={4} title="Work with it from an editor or a shell" last>
            <p id="tools" className="mb-3 text-muted">
              Coding agents read traces, prompts, scores and datasets over MCP; the command line does so for people and CI. A key
              may write: let your agent ask before it calls tools that do.
            </p>
            <SnippetTabs label="Tools" snippets={toolSnippetsFor(target)} marked={marked} />
          </Step>
        </ol>
      </PageBody>
    </Page>
  );
}

function SnippetTabs({ label, snippets, marked }: { label: string; snippets: Snippet[]; marked: string[] }) {
  return (
    <Tabs defaultValue={snippets[0]?.id}>
      <TabsList aria-label={label} className="mb-4 flex-wrap">
        {snippets.map((snippet) => (
          <TabsTrigger key={snippet.id} value={snippet.id}>
            {snippet.label}
          </TabsTrigger>
        ))}
      </TabsList>
      {snippets.map((snippet) => (
        <TabsContent key={snippet.id} value={snippet.id} className="flex flex-col gap-4">
          {snippet.steps.map((step) => (
            <div key={step.text}>
              <p className="mb-1.5 font-medium text-sm">{step.text}</p>
              <CodeBlock code={step.code} title={step.file} label={`Copy: ${step.text}`} marked={marked} />
            </div>
          ))}
        </TabsContent>
      ))}
    </Tabs>
  );
}

function Step({ number, title, last, children }: { number: number; title: string; last?: boolean; children: React.ReactNode }) {
  return (
    <li className="relative flex gap-4">
      {!last && <span aria-hidden className="absolute top-8 -bottom-6 left-3 w-px bg-line" />}
      <span
        aria-hidden
        className="flex size-6 shrink-0 items-center justify-center rounded-full border border-line-strong bg-surface font-medium text-muted text-xs"
      >
        {number}
      </span>
      <div className="min-w-0 flex-1">
        <h2 className="mb-2 font-semibold text-md leading-6">{title}</h2>
        {children}
      </div>
    </li>
  );
}

interface KeyStepProps {
  projectId: string;
  created: NewKey | undefined;
  onCreated(key: NewKey): void;
  /** The public key of a key that is there already. */
  has: string | undefined;
  role: Parameters<typeof mayAs>[0];
}

function KeyStep({ projectId, created, onCreated, has, role }: KeyStepProps) {
  const queries = useQueryClient();
  const create = useMutation({
    mutationFn: () => call(createApiKey, { projectId, note: 'Created on the set-up page' }),
    onSuccess: (key) => {
      onCreated(key);
      void queries.invalidateQueries({ queryKey: [listApiKeys.id] });
    },
  });
  if (created) {
    return (
      <div className="flex flex-col gap-3">
        <dl className="rounded-lg border border-line">
          {[
            ['Public key', created.publicKey],
            ['Secret key', created.secretKey],
          ].map(([label, value]) => (
            <div key={label} className="flex h-10 items-center gap-3 border-line border-b px-3 last:border-b-0">
              <dt className="w-20 shrink-0 text-muted">{label}</dt>
              <dd className="flex min-w-0 flex-1 items-center gap-1">
                <code className="truncate">{value}</code>
                <CopyButton text={value!} label={`Copy the ${label!.toLowerCase()}`} className="ml-auto" />
              </dd>
            </div>
          ))}
        </dl>
        <Callout tone="warning" role="status">
          The secret is shown this once and is in the snippets below until you leave this page. Keep it somewhere safe.
        </Callout>
      </div>
    );
  }
  if (!mayAs(role, 'ADMIN')) {
    return (
      <Callout>Keys are created by administrators. Ask one for a key of this project and put it into the snippets below.</Callout>
    );
  }
  return (
    <div>
      <p className="mb-3 text-muted">
        {has ? (
          <>
            There is a key already, <code>{has}</code>. Its secret cannot be shown again; use it if you have it, or create another
            one.
          </>
        ) : (
          'Your app signs in with a public and a secret key of this project.'
        )}
      </p>
      <Button variant={has ? 'secondary' : 'primary'} size="md" busy={create.isPending} onClick={() => create.mutate()}>
        <KeyRound aria-hidden /> {has ? 'Create another key' : 'Create a key'}
      </Button>
      {create.error && (
        <Callout tone="danger" role="alert" className="mt-3">
          The key was not created: {create.error.message}
        </Callout>
      )}
    </div>
  );
}
