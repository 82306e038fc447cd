import { startServer, type TestServer } from './server.ts';

/** A server whose project has another id, name and keys than those of `startServer`. */
export async function startSecondServer(): Promise<TestServer> {
  const project = { projectId: 'target-project', publicKey: 'pk-lf-target', secretKey: 'sk-lf-target-secret' };
  const server = await startServer({
    TELLTALE_INIT_PROJECT_ID: project.projectId,
    TELLTALE_INIT_PROJECT_NAME: 'Target',
    TELLTALE_INIT_PROJECT_PUBLIC_KEY: project.publicKey,
    TELLTALE_INIT_PROJECT_SECRET_KEY: project.secretKey,
  });
  const authorization = `Basic ${Buffer.from(`${project.publicKey}:${project.secretKey}`).toString('base64')}`;
  return { ...server, ...project, authorization };
}
