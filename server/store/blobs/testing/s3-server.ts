import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
// @ts-expect-error the package has no types
import S3rver from '@20minutes/s3rver';
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import type { S3Settings } from '../s3.ts';

/** The keys that the server knows; signatures with others are refused. */
const CREDENTIALS = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' };

/**
 * A server of S3's protocol on the loopback address, with one empty bucket. `checksSignatures`: requests with wrong signatures are
 * refused; it then cannot list, because it takes the path of a bucket as `/bucket` where clients sign `/bucket/`.
 */
export async function startS3Server({ checksSignatures = false, prefix = 'pre/' } = {}): Promise<{
  settings: S3Settings & { endpoint: string; credentials: typeof CREDENTIALS };
  /** Content of every object by its key. */
  objects(): Promise<Map<string, Buffer>>;
  stop(): Promise<void>;
}> {
  const directory = await mkdtemp(join(tmpdir(), 'telltale-s3-'));
  const server = new S3rver({
    address: '127.0.0.1',
    port: 0,
    silent: true,
    directory,
    vhostBuckets: false,
    allowMismatchedSignatures: !checksSignatures,
    configureBuckets: [{ name: 'bucket' }],
  });
  const { port } = (await server.run()) as { port: number };
  const settings = {
    bucket: 'bucket',
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    credentials: CREDENTIALS,
    prefix,
    forcePathStyle: true,
  };
  const client = new S3Client(settings);
  return {
    settings,
    async objects() {
      const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: 'bucket' }));
      const found = new Map<string, Buffer>();
      for (const { Key } of Contents) {
        const { Body } = await client.send(new GetObjectCommand({ Bucket: 'bucket', Key: Key! }));
        found.set(Key!, Buffer.from(await Body!.transformToByteArray()));
      }
      return found;
    },
    async stop() {
      client.destroy();
      await server.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
