import type { IncomingHttpHeaders } from 'node:http';
import { type Access, authorizationOf, type KeyIdentity } from '../../domains/access/index.ts';
import type { Sender } from '../../ingest/types.ts';
import { forbidden, invalidRequest, unauthorized } from '../../lib/errors.ts';
import type { Via } from '../../store/analytics/rows.ts';

/** Newest version of the SDKs' protocol that we know (contract §3.1). */
const NEWEST_PROTOCOL = 4;

/** What the sender's headers are read from: HTTP headers or gRPC metadata. */
export type HeaderReader = (name: string) => string | undefined;

export const headersOf =
  (headers: IncomingHttpHeaders): HeaderReader =>
  (name) => {
    const value = headers[name];
    return Array.isArray(value) ? value[0] : value;
  };

/** The value of a header of the SDKs, whose name some of them write with underscores (contract §3.1). */
const sdkHeader = (read: HeaderReader, name: string): string | undefined => read(name) ?? read(name.replaceAll('-', '_'));

/**
 * Finds who sends.
 * @throws AppError 401 wrong credentials; 403 an organisation's key, which cannot hold traces (401 of a batch: contract §0.2, §2.1)
 */
export async function authenticateSender(access: Pick<Access, 'authenticateKey'>, read: HeaderReader, via: Via): Promise<Sender> {
  const identity = await access.authenticateKey(authorizationOf(read));
  return {
    projectId: projectOf(identity, via),
    publicKey: identity.publicKey,
    scope: identity.scope === 'scores' ? 'scores' : 'full',
    via,
    sdkName: cut(sdkHeader(read, 'x-langfuse-sdk-name')),
    sdkVersion: cut(sdkHeader(read, 'x-langfuse-sdk-version')),
  };
}

/** @throws AppError 403 when a public key alone asks for more than writing scores */
export function requireFullKey(sender: Sender): void {
  if (sender.scope !== 'full') throw forbidden('Access denied: a public key alone may only write scores. Use the key pair.');
}

/**
 * The version of the SDKs' protocol that the sender speaks; absent when not told.
 * @throws AppError 400 when it is newer than we know, or no number
 */
function protocolVersion(read: HeaderReader): number | undefined {
  const told = sdkHeader(read, 'x-langfuse-ingestion-version');
  if (told === undefined || told === '') return undefined;
  const version = Number(told);
  if (!Number.isInteger(version) || version < 0) throw invalidRequest('x-langfuse-ingestion-version: must be a whole number');
  if (version > NEWEST_PROTOCOL) {
    throw invalidRequest(`x-langfuse-ingestion-version: ${version} is not supported, the newest known is ${NEWEST_PROTOCOL}`);
  }
  return version;
}

/** What OTLP asks of its sender: the full key, and a version of the protocol that we know. @throws AppError 403, 400 */
export function admitOtlp(sender: Sender, read: HeaderReader): Sender {
  requireFullKey(sender);
  const ingestionVersion = protocolVersion(read);
  return ingestionVersion === undefined ? sender : { ...sender, ingestionVersion };
}

function projectOf(identity: KeyIdentity, via: Via): string {
  if (identity.scope === 'organisation' || identity.projectId === null) {
    const refuse = via === 'langfuse-batch' ? unauthorized : forbidden;
    throw refuse('Invalid credentials. An organization key cannot write to a project: use a key of the project.');
  }
  return identity.projectId;
}

const cut = (text: string | undefined): string => (text ?? '').slice(0, 100);
