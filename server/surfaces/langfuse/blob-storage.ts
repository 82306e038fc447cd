import type { FastifyPluginAsync } from 'fastify';
import { z } from 'zod';
import { putBlobExportInput } from '../../../contract/blob-export.ts';
import type { BlobExports } from '../../domains/blob-exports/index.ts';
import { namingErrorHandler } from './errors.ts';
import { type OrganisationRouteDeps, organisationOf } from './organisation-key.ts';

const oneParams = z.object({ id: z.string() });

/** Exports to object stores over the Langfuse API, for organisations' keys (contract §1.17). */
export function blobStorageRoutes({
  access,
  blobExports,
}: OrganisationRouteDeps & { blobExports: BlobExports }): FastifyPluginAsync {
  return async (fastify) => {
    fastify.setErrorHandler(namingErrorHandler);
    fastify.get('/integrations/blob-storage', async (request) => {
      const { organisationId } = await organisationOf(access, request);
      return { data: await blobExports.list(organisationId) };
    });

    fastify.put('/integrations/blob-storage', async (request) => {
      const { organisationId } = await organisationOf(access, request);
      return blobExports.put(organisationId, putBlobExportInput.parse(request.body));
    });

    fastify.get('/integrations/blob-storage/:id', async (request) => {
      const { organisationId } = await organisationOf(access, request);
      return blobExports.status(organisationId, oneParams.parse(request.params).id);
    });

    fastify.delete('/integrations/blob-storage/:id', async (request) => {
      const { organisationId } = await organisationOf(access, request);
      await blobExports.delete(organisationId, oneParams.parse(request.params).id);
      return { message: 'Blob storage integration successfully deleted' };
    });
  };
}
