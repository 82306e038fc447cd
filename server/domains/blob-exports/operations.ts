import * as declared from '../../../contract/api/blob-exports.ts';
import { invalidRequest, notFound } from '../../lib/errors.ts';
import { type Implemented, implement } from '../../lib/implement.ts';
import { OutboundRefused } from '../../lib/outbound.ts';
import { type BlobExports, CredentialsNeeded } from './blob-exports.ts';

/** What our own API can do with the export of a project to an object store. */
export function blobExportOperations(
  blobExports: BlobExports,
  findProject: (projectId: string) => Promise<{ organisation: { id: string } } | null>,
): Implemented[] {
  const organisationOf = async (projectId: string) => {
    const project = await findProject(projectId);
    if (!project) throw notFound('Project not found');
    return project.organisation.id;
  };
  return [
    implement(declared.getBlobExport, async ({ projectId }) => ({
      blobExport: await blobExports.find(await organisationOf(projectId), projectId),
    })),
    implement(declared.putBlobExport, async (input) => {
      const organisationId = await organisationOf(input.projectId);
      await blobExports.put(organisationId, input).catch(nameField);
      const saved = await blobExports.find(organisationId, input.projectId);
      if (!saved) throw notFound('The export was deleted a moment ago.');
      return saved;
    }),
    implement(declared.deleteBlobExport, async ({ projectId }) => {
      await blobExports.delete(await organisationOf(projectId), projectId);
      return { ok: true as const };
    }),
  ];
}

/** Says at which field of a form the refusal belongs. */
function nameField(error: unknown): never {
  const say = (path: string, message: string): never => {
    throw invalidRequest(message, [{ path, message }]);
  };
  if (error instanceof OutboundRefused) say('endpoint', error.message);
  if (error instanceof CredentialsNeeded) say('secretAccessKey', error.message);
  throw error;
}
