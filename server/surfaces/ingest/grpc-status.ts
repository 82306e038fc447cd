import { Metadata, status } from '@grpc/grpc-js';
import protobuf from 'protobufjs/minimal.js';
import { AppError } from '../../lib/errors.ts';

export interface GrpcStatus {
  code: status;
  details: string;
  metadata: Metadata;
  /** False for what is our own fault. */
  expected: boolean;
}

const CODES: Readonly<Record<number, status>> = {
  400: status.INVALID_ARGUMENT,
  401: status.UNAUTHENTICATED,
  403: status.PERMISSION_DENIED,
  413: status.RESOURCE_EXHAUSTED,
  429: status.RESOURCE_EXHAUSTED,
  499: status.CANCELLED,
  503: status.UNAVAILABLE,
};

/**
 * An error as a gRPC status. With a time to wait it carries `google.rpc.RetryInfo`: OTLP exporters send a RESOURCE_EXHAUSTED export
 * again only when that is there.
 */
export function grpcStatusOf(error: unknown): GrpcStatus {
  const metadata = new Metadata();
  const code = error instanceof AppError ? CODES[error.status] : undefined;
  if (!(error instanceof AppError) || code === undefined) {
    return { code: status.INTERNAL, details: 'Internal Server Error', metadata, expected: false };
  }
  if (error.retryAfter !== undefined) {
    metadata.set('grpc-status-details-bin', encodeStatus(code, error.message, error.retryAfter));
  }
  return { code, details: error.message, metadata, expected: true };
}

/** google.rpc.Status {1 code, 2 message, 3 details: Any {1 type_url, 2 value: RetryInfo {1 retry_delay: Duration {1 seconds}}}} */
function encodeStatus(code: status, message: string, seconds: number): Buffer {
  const retryInfo = protobuf.Writer.create();
  retryInfo.uint32((1 << 3) | 2).fork();
  retryInfo.uint32(1 << 3).int64(Math.max(1, Math.ceil(seconds)));
  retryInfo.ldelim();
  const writer = protobuf.Writer.create();
  writer.uint32(1 << 3).int32(code);
  writer.uint32((2 << 3) | 2).string(message);
  writer.uint32((3 << 3) | 2).fork();
  writer.uint32((1 << 3) | 2).string('type.googleapis.com/google.rpc.RetryInfo');
  writer.uint32((2 << 3) | 2).bytes(retryInfo.finish());
  writer.ldelim();
  return Buffer.from(writer.finish());
}
