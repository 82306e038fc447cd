import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { Readable } from 'node:stream';
import type { RequestPolicy } from '@azure/storage-blob';
import type { BlobExport } from '../../../contract/blob-export.ts';
import type { Outbound } from '../../lib/outbound.ts';

/** Where files go, with its secret. */
export type DestinationSettings = Pick<BlobExport, 'type' | 'bucketName' | 'endpoint' | 'region' | 'forcePathStyle'> & {
  accessKeyId: string;
  secretAccessKey: string;
};

/** A bucket of S3, of something that speaks its protocol, or a container of Azure. */
export interface Destination {
  /** Writes an object, or writes it anew; of a broken one nothing is seen. */
  write(key: string, content: AsyncIterable<Uint8Array>, contentType: string): Promise<void>;
  close(): void;
}

/** Memory of one upload: parts of this size, this many at once. */
const PART_BYTES = 8 * 1024 * 1024;
const PARTS = 2;

/**
 * Opens the place that a user named; its SDK is loaded when it is needed first, as the two take 75 MB. Addresses go through the outbound guard; redirects are not followed.
 * @throws OutboundRefused for an address literal that is not allowed; names are checked when they are connected to
 */
export async function openDestination(
  settings: DestinationSettings,
  outbound: Pick<Outbound, 'lookup' | 'checkHost'>,
): Promise<Destination> {
  if (settings.endpoint) outbound.checkHost(new URL(settings.endpoint).hostname);
  const agents = { http: new HttpAgent({ lookup: outbound.lookup }), https: new HttpsAgent({ lookup: outbound.lookup }) };
  const close = () => {
    agents.http.destroy();
    agents.https.destroy();
  };
  return settings.type === 'AZURE_BLOB_STORAGE' ? azure(settings, agents, close) : s3(settings, agents, close);
}

interface Agents {
  http: HttpAgent;
  https: HttpsAgent;
}

async function s3(settings: DestinationSettings, agents: Agents, close: () => void): Promise<Destination> {
  const [{ S3Client }, { Upload }] = await Promise.all([import('@aws-sdk/client-s3'), import('@aws-sdk/lib-storage')]);
  const { endpoint, region, forcePathStyle, accessKeyId, secretAccessKey, bucketName } = settings;
  const client = new S3Client({
    region,
    forcePathStyle,
    ...(endpoint ? { endpoint } : {}),
    credentials: { accessKeyId, secretAccessKey },
    followRegionRedirects: false,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: { httpAgent: agents.http, httpsAgent: agents.https, connectionTimeout: 10_000, requestTimeout: 120_000 },
    logger: { debug() {}, info() {}, warn() {}, error() {} },
  });
  return {
    async write(key, content, contentType) {
      const upload = new Upload({
        client,
        partSize: PART_BYTES,
        queueSize: PARTS,
        params: { Bucket: bucketName, Key: key, Body: Readable.from(content, { objectMode: false }), ContentType: contentType },
      });
      await upload.done();
    },
    close() {
      client.destroy();
      close();
    },
  };
}

async function azure(settings: DestinationSettings, agents: Agents, close: () => void): Promise<Destination> {
  const { BaseRequestPolicy, BlobServiceClient, newPipeline, StorageSharedKeyCredential } = await import('@azure/storage-blob');
  const url = settings.endpoint!.replace(/\/+$/, '');
  /** Sends every request through the guarded connections. */
  class GuardedPolicy extends BaseRequestPolicy {
    // The inherited one is protected.
    constructor(next: RequestPolicy, options: never) {
      super(next, options);
    }

    override sendRequest(request: Parameters<RequestPolicy['sendRequest']>[0]): ReturnType<RequestPolicy['sendRequest']> {
      (request as { agent?: unknown }).agent = request.url.startsWith('https:') ? agents.https : agents.http;
      return this._nextPolicy.sendRequest(request);
    }
  }
  const guarded = { create: (next: RequestPolicy, options: never) => new GuardedPolicy(next, options) };
  const credential = new StorageSharedKeyCredential(settings.accessKeyId, settings.secretAccessKey);
  const pipeline = newPipeline(credential, { retryOptions: { maxTries: 3 } });
  pipeline.factories.push(guarded as never);
  const container = new BlobServiceClient(url, pipeline).getContainerClient(settings.bucketName);
  return {
    async write(key, content, contentType) {
      const body = Readable.from(content, { objectMode: false });
      await container
        .getBlockBlobClient(key)
        .uploadStream(body, PART_BYTES, PARTS, { blobHTTPHeaders: { blobContentType: contentType } });
    },
    close,
  };
}
