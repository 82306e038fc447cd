import { BlockList } from 'node:net';
import ipaddr from 'ipaddr.js';
import { z } from 'zod';

const port = (fallback: number) => z.coerce.number().int().min(0).max(65535).default(fallback);
const flag = (fallback: boolean) =>
  z
    .enum(['0', '1', 'true', 'false'])
    .transform((value) => value === '1' || value === 'true')
    .default(fallback);
const address = z.url({ protocol: /^https?$/ }).transform((value) => value.replace(/\/+$/, ''));
const text = z.string().min(1);

/** Ranges that have a name: this machine, and the two kinds of private networks. */
const NAMED_RANGES = ['loopback', 'linklocal', 'uniquelocal'];

/** Whether a text is an IP address or a range of them (`10.0.0.0/8`, `fd00::/8`). */
function isAddressRange(given: string): boolean {
  const [, ip = '', bits] = /^([\da-f.:]+)(?:\/(\d{1,3}))?$/i.exec(given) ?? [];
  const family = ip.includes(':') ? 'ipv6' : 'ipv4';
  try {
    new BlockList().addSubnet(ip, bits === undefined ? 1 : Number(bits), family);
    return true;
  } catch {
    return false;
  }
}

/** How many proxies stand before this server, or their addresses; 0: none. Not `true`, which would believe every caller. */
const trustedProxies = z
  .string()
  .transform((value) => value.split(',').map((part) => part.trim()))
  .refine(
    (parts) =>
      (parts.length === 1 && /^\d{1,2}$/.test(parts[0]!)) ||
      parts.every((part) => NAMED_RANGES.includes(part) || isAddressRange(part)),
    `needs a number of proxies, or addresses and ranges (10.0.0.0/8, ${NAMED_RANGES.join(', ')}) divided by commas`,
  )
  .transform((parts): number | string[] => (/^\d{1,2}$/.test(parts[0]!) ? Number(parts[0]) : parts));
/** Host names between commas, without scheme and port. */
const hostNames = z
  .string()
  .transform((value) =>
    value
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== ''),
  )
  .pipe(z.array(z.string().regex(/^[\w.-]+$/, 'must be host names between commas, without scheme and port')));

/** Shares of lines between commas: `warn=0.5,info=0.1,debug=0.01`. Errors are always written. */
const logSampling = z
  .string()
  .transform((value) => Object.fromEntries(value.split(',').map((part) => part.trim().split('='))))
  .pipe(
    z.strictObject({
      warn: z.coerce.number().min(0).max(1).optional(),
      info: z.coerce.number().min(0).max(1).optional(),
      debug: z.coerce.number().min(0).max(1).optional(),
      trace: z.coerce.number().min(0).max(1).optional(),
    }),
  );

const environment = z.object({
  PORT: port(3000),
  HOST: text.default('127.0.0.1'),
  TELLTALE_DATA_DIR: text.default('.telltale'),
  TELLTALE_DEMO: flag(true),
  TELLTALE_PUBLIC_URL: address.optional(),
  TELLTALE_MCP_ALLOWED_HOSTS: hostNames.default([]),
  TELLTALE_OTLP_GRPC_PORT: port(4317),
  TELLTALE_SECRET: z.string().min(32, 'needs at least 32 characters').optional(),
  TELLTALE_SIGN_UP: flag(true),
  TELLTALE_TRUST_PROXY: trustedProxies.default(0),
  TELLTALE_ADMIN_API_KEY: z.string().min(16, 'needs at least 16 characters').optional(),
  ADMIN_API_KEY: z.string().min(16, 'needs at least 16 characters').optional(),
  TELLTALE_MAX_BODY_MB: z.coerce.number().positive().max(1024).default(32),
  TELLTALE_MAX_MEDIA_MB: z.coerce
    .number()
    .positive()
    .max(1024 * 1024)
    .default(1000),
  TELLTALE_S3_BUCKET: text.optional(),
  TELLTALE_S3_ENDPOINT: address.optional(),
  TELLTALE_S3_REGION: text.default('us-east-1'),
  TELLTALE_S3_ACCESS_KEY_ID: text.optional(),
  TELLTALE_S3_SECRET_ACCESS_KEY: text.optional(),
  TELLTALE_S3_PREFIX: z.string().default(''),
  TELLTALE_S3_FORCE_PATH_STYLE: flag(false),
  TELLTALE_BUFFER_MB: z.coerce.number().positive().max(8192).default(128),
  /** Addresses that webhooks, exports and model connections may reach although they are private: host names, addresses, networks. */
  TELLTALE_OUTBOUND_ALLOW: z
    .string()
    .transform((value) =>
      value
        .split(',')
        .map((part) => part.trim())
        .filter((part) => part !== ''),
    )
    .refine((parts) => parts.every((part) => !part.includes('/') || ipaddr.isValidCIDR(part)), 'holds a network that is none')
    .default([]),
  TELLTALE_LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  TELLTALE_LOG_SAMPLE: logSampling.default({}),
  TELLTALE_METRICS_TOKEN: z.string().min(16, 'needs at least 16 characters').optional(),
  TELLTALE_CHECK_RESPONSES: flag(false),
  CLICKHOUSE_URL: address.optional(),
  CLICKHOUSE_USER: text.default('default'),
  CLICKHOUSE_PASSWORD: z.string().default(''),
  CLICKHOUSE_DATABASE: z.string().regex(/^\w+$/, 'may hold letters, digits and _ only').default('default'),
  CLICKHOUSE_CLUSTER: z
    .string()
    .regex(/^[\w-]+$/, 'may hold letters, digits, _ and - only')
    .optional(),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  /** `smtp://user:password@host:587` or `smtps://…`; invitations are mailed through it. */
  SMTP_URL: z.url({ protocol: /^smtps?$/ }).optional(),
  SMTP_FROM: text.optional(),
  SLACK_CLIENT_ID: text.optional(),
  SLACK_CLIENT_SECRET: text.optional(),
  INIT_ORG_ID: text.optional(),
  INIT_ORG_NAME: text.optional(),
  INIT_PROJECT_ID: text.optional(),
  INIT_PROJECT_NAME: text.optional(),
  INIT_PROJECT_PUBLIC_KEY: text.optional(),
  INIT_PROJECT_SECRET_KEY: text.optional(),
  INIT_USER_EMAIL: z.email().optional(),
  INIT_USER_NAME: text.optional(),
  INIT_USER_PASSWORD: z.string().min(8, 'needs at least 8 characters').optional(),
});

/** What no variable shows alone. */
const checkedEnvironment = environment.superRefine((given, context) => {
  const S3 = ['ENDPOINT', 'ACCESS_KEY_ID', 'SECRET_ACCESS_KEY', 'PREFIX'] as const;
  const set = S3.map((name) => `TELLTALE_S3_${name}` as const).filter((name) => given[name]);
  const missing = (name: keyof typeof given, why: string) => context.addIssue({ code: 'custom', path: [name], message: why });
  if (set.length > 0 && !given.TELLTALE_S3_BUCKET) missing('TELLTALE_S3_BUCKET', `is needed with ${set[0]}`);
  if (given.TELLTALE_S3_ACCESS_KEY_ID && !given.TELLTALE_S3_SECRET_ACCESS_KEY)
    missing('TELLTALE_S3_SECRET_ACCESS_KEY', 'is needed with TELLTALE_S3_ACCESS_KEY_ID');
  if (given.SMTP_URL && !given.SMTP_FROM) missing('SMTP_FROM', 'is needed with SMTP_URL');
  if (given.SMTP_FROM && !given.SMTP_URL) missing('SMTP_URL', 'is needed with SMTP_FROM');
  if (given.TELLTALE_S3_SECRET_ACCESS_KEY && !given.TELLTALE_S3_ACCESS_KEY_ID)
    missing('TELLTALE_S3_ACCESS_KEY_ID', 'is needed with TELLTALE_S3_SECRET_ACCESS_KEY');
});

/** Everything the process is told from outside, read once and checked. Times in ms, sizes in bytes. */
export type Config = ReturnType<typeof readConfig>;

export class ConfigError extends Error {}

/**
 * Reads and checks the environment. Empty strings count as absent. `LANGFUSE_INIT_*` is accepted for `TELLTALE_INIT_*`.
 * @throws ConfigError that names every wrong variable, its value and the reason.
 */
export function readConfig(env: Record<string, string | undefined>) {
  const given: Record<string, string> = {};
  const nameOf = new Map<string, string>();
  for (const key of Object.keys(environment.shape)) {
    const names = key.startsWith('INIT_') ? [`TELLTALE_${key}`, `LANGFUSE_${key}`] : [key];
    const name = names.find((candidate) => env[candidate] !== undefined && env[candidate] !== '') ?? names[0]!;
    nameOf.set(key, name);
    const value = env[name];
    if (value !== undefined && value !== '') given[key] = value;
  }
  const parsed = checkedEnvironment.safeParse(given);
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => {
      const key = String(issue.path[0]);
      const shown = /PASSWORD|SECRET|API_KEY|DATABASE_URL|SMTP_URL|TOKEN/.test(key) ? '(not shown)' : JSON.stringify(given[key]);
      return `  ${nameOf.get(key)}=${shown}: ${issue.message}`;
    });
    throw new ConfigError(`Wrong configuration:\n${lines.join('\n')}`);
  }
  const e = parsed.data;
  return Object.freeze({
    port: e.PORT,
    host: e.HOST,
    dataDir: e.TELLTALE_DATA_DIR,
    demo: e.TELLTALE_DEMO,
    publicUrl: e.TELLTALE_PUBLIC_URL,
    mcpAllowedHosts: e.TELLTALE_MCP_ALLOWED_HOSTS,
    otlpGrpcPort: e.TELLTALE_OTLP_GRPC_PORT,
    secret: e.TELLTALE_SECRET,
    signUp: e.TELLTALE_SIGN_UP,
    /** Whose `X-Forwarded-For` is believed: the last so many proxies, or those of these addresses; 0: nobody's. */
    trustProxy: e.TELLTALE_TRUST_PROXY,
    adminApiKey: e.TELLTALE_ADMIN_API_KEY ?? e.ADMIN_API_KEY,
    maxBodyBytes: Math.round(e.TELLTALE_MAX_BODY_MB * 1024 * 1024),
    maxMediaBytes: Math.round(e.TELLTALE_MAX_MEDIA_MB * 1024 * 1024),
    bufferBytes: Math.round(e.TELLTALE_BUFFER_MB * 1024 * 1024),
    outboundAllow: e.TELLTALE_OUTBOUND_ALLOW,
    /** Where mail is handed in; undefined: none is sent. */
    smtp: e.SMTP_URL && e.SMTP_FROM ? { url: e.SMTP_URL, from: e.SMTP_FROM } : undefined,
    slack:
      e.SLACK_CLIENT_ID && e.SLACK_CLIENT_SECRET
        ? { clientId: e.SLACK_CLIENT_ID, clientSecret: e.SLACK_CLIENT_SECRET }
        : undefined,
    logLevel: e.TELLTALE_LOG_LEVEL,
    /** Share of lines that are written, by level. */
    logSampling: e.TELLTALE_LOG_SAMPLE,
    /** What reads `/metrics` from another machine; undefined: only this machine reads them. */
    metricsToken: e.TELLTALE_METRICS_TOKEN,
    /** For developers: an answer of either API that breaks its declared shape becomes a 500 and a line in the log. */
    checkResponses: e.TELLTALE_CHECK_RESPONSES,
    clickhouse: e.CLICKHOUSE_URL
      ? {
          url: e.CLICKHOUSE_URL,
          user: e.CLICKHOUSE_USER,
          password: e.CLICKHOUSE_PASSWORD,
          database: e.CLICKHOUSE_DATABASE,
          cluster: e.CLICKHOUSE_CLUSTER,
        }
      : undefined,
    databaseUrl: e.DATABASE_URL,
    /** Where media are kept; undefined: in the data folder. */
    s3: e.TELLTALE_S3_BUCKET
      ? {
          bucket: e.TELLTALE_S3_BUCKET,
          endpoint: e.TELLTALE_S3_ENDPOINT,
          region: e.TELLTALE_S3_REGION,
          credentials:
            e.TELLTALE_S3_ACCESS_KEY_ID && e.TELLTALE_S3_SECRET_ACCESS_KEY
              ? { accessKeyId: e.TELLTALE_S3_ACCESS_KEY_ID, secretAccessKey: e.TELLTALE_S3_SECRET_ACCESS_KEY }
              : undefined,
          prefix: e.TELLTALE_S3_PREFIX,
          forcePathStyle: e.TELLTALE_S3_FORCE_PATH_STYLE,
        }
      : undefined,
    init: {
      orgId: e.INIT_ORG_ID,
      orgName: e.INIT_ORG_NAME,
      projectId: e.INIT_PROJECT_ID,
      projectName: e.INIT_PROJECT_NAME,
      projectPublicKey: e.INIT_PROJECT_PUBLIC_KEY,
      projectSecretKey: e.INIT_PROJECT_SECRET_KEY,
      userEmail: e.INIT_USER_EMAIL,
      userName: e.INIT_USER_NAME,
      userPassword: e.INIT_USER_PASSWORD,
    },
  });
}
