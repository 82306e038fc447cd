export interface SdkKeys {
  /** Address of this server, without a slash at the end. */
  host: string;
  publicKey: string;
  secretKey: string;
}

/** What stands in a snippet where the reader's own secret has to go. */
export const SECRET_PLACEHOLDER = 'sk-lf-your-secret-key';
export const PUBLIC_PLACEHOLDER = 'pk-lf-your-public-key';

/** The environment that every Langfuse SDK reads, as lines of a `.env` file. The address has two names: one a generation. */
export function langfuseEnvironment({ host, publicKey, secretKey }: SdkKeys): string {
  return [
    `LANGFUSE_PUBLIC_KEY="${publicKey}"`,
    `LANGFUSE_SECRET_KEY="${secretKey}"`,
    `LANGFUSE_BASE_URL="${host}"`,
    `LANGFUSE_HOST="${host}"  # the name that older SDKs read`,
  ].join('\n');
}

/** The value of an `Authorization` header. */
export const basicAuthorization = ({ publicKey, secretKey }: Pick<SdkKeys, 'publicKey' | 'secretKey'>): string =>
  `Basic ${btoa(`${publicKey}:${secretKey}`)}`;
