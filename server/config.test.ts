import { describe, expect, it } from 'vitest';
import { ConfigError, readConfig } from './config.ts';

const problemsOf = (env: Record<string, string>): string => {
  try {
    readConfig(env);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as Error).message;
  }
  return '';
};

describe('readConfig', () => {
  it('has defaults that start on one machine', () => {
    expect(readConfig({})).toMatchObject({
      port: 3000,
      host: '127.0.0.1',
      dataDir: '.telltale',
      demo: true,
      signUp: true,
      otlpGrpcPort: 4317,
      maxBodyBytes: 32 * 1024 * 1024,
      clickhouse: undefined,
      databaseUrl: undefined,
    });
  });

  it('takes empty as absent, switches, and addresses without their last slash', () => {
    const config = readConfig({
      PORT: '',
      TELLTALE_DEMO: '0',
      TELLTALE_PUBLIC_URL: 'https://telltale.example/',
      CLICKHOUSE_URL: 'http://c:8123',
    });
    expect(config).toMatchObject({ port: 3000, demo: false, publicUrl: 'https://telltale.example' });
    expect(config.clickhouse).toEqual({
      url: 'http://c:8123',
      user: 'default',
      password: '',
      database: 'default',
      cluster: undefined,
    });
  });

  it('takes the hosts that MCP clients may name', () => {
    expect(readConfig({}).mcpAllowedHosts).toEqual([]);
    const TELLTALE_MCP_ALLOWED_HOSTS = 'telltale, inside.example,';
    expect(readConfig({ TELLTALE_MCP_ALLOWED_HOSTS }).mcpAllowedHosts).toEqual(['telltale', 'inside.example']);
    for (const wrong of ['https://a.example', 'a.example:3000', 'a b']) {
      expect(problemsOf({ TELLTALE_MCP_ALLOWED_HOSTS: wrong })).toMatch(/TELLTALE_MCP_ALLOWED_HOSTS=.*without scheme and port/);
    }
  });

  it('keeps media in a bucket when one is named', () => {
    expect(readConfig({}).s3).toBe(undefined);
    expect(readConfig({ TELLTALE_S3_BUCKET: 'b' }).s3).toEqual({
      bucket: 'b',
      endpoint: undefined,
      region: 'us-east-1',
      credentials: undefined,
      prefix: '',
      forcePathStyle: false,
    });
    const whole = {
      TELLTALE_S3_BUCKET: 'b',
      TELLTALE_S3_ENDPOINT: 'http://minio:9000/',
      TELLTALE_S3_REGION: 'eu-central-1',
      TELLTALE_S3_ACCESS_KEY_ID: 'id',
      TELLTALE_S3_SECRET_ACCESS_KEY: 'very secret',
      TELLTALE_S3_PREFIX: 'media/',
      TELLTALE_S3_FORCE_PATH_STYLE: 'true',
    };
    expect(readConfig(whole).s3).toEqual({
      bucket: 'b',
      endpoint: 'http://minio:9000',
      region: 'eu-central-1',
      credentials: { accessKeyId: 'id', secretAccessKey: 'very secret' },
      prefix: 'media/',
      forcePathStyle: true,
    });
    const half = problemsOf({ TELLTALE_S3_BUCKET: 'b', TELLTALE_S3_SECRET_ACCESS_KEY: 'very secret' });
    expect(half).toContain('TELLTALE_S3_ACCESS_KEY_ID');
    expect(half).not.toContain('very secret');
    expect(problemsOf({ TELLTALE_S3_PREFIX: 'x/' })).toContain('TELLTALE_S3_BUCKET');
  });

  it('accepts the names of an existing compose file, ours first', () => {
    const config = readConfig({
      LANGFUSE_INIT_ORG_ID: 'theirs',
      LANGFUSE_INIT_PROJECT_ID: 'p',
      TELLTALE_INIT_ORG_ID: 'ours',
      ADMIN_API_KEY: 'k'.repeat(16),
    });
    expect([config.init.orgId, config.init.projectId, config.adminApiKey]).toEqual(['ours', 'p', 'k'.repeat(16)]);
  });

  it('trusts no proxy, so many, or those of some addresses', () => {
    const trusted = (value: string) => readConfig({ TELLTALE_TRUST_PROXY: value }).trustProxy;
    expect(readConfig({}).trustProxy).toBe(0);
    expect([trusted(''), trusted('0'), trusted('2')]).toEqual([0, 0, 2]);
    const many = '10.0.0.1, 172.16.0.0/12,fd00::/8, ::1, loopback';
    expect(trusted(many)).toEqual(['10.0.0.1', '172.16.0.0/12', 'fd00::/8', '::1', 'loopback']);
    for (const wrong of ['true', '-1', '1.5', '10.0.0.300', '10.0.0.0/33', 'proxy.example', '1,2', '10.0.0.1,']) {
      expect(problemsOf({ TELLTALE_TRUST_PROXY: wrong })).toContain('TELLTALE_TRUST_PROXY');
    }
  });

  it('names every wrong value, under the name that was used, and shows no secret', () => {
    const message = problemsOf({
      PORT: 'abc',
      TELLTALE_DEMO: 'maybe',
      CLICKHOUSE_DATABASE: 'a;b',
      DATABASE_URL: 'mysql://user:hidden@host/db',
      TELLTALE_SECRET: 'short-hidden',
      LANGFUSE_INIT_USER_EMAIL: 'nobody',
    });
    for (const part of [
      'PORT="abc"',
      'TELLTALE_DEMO="maybe"',
      'CLICKHOUSE_DATABASE="a;b"',
      'LANGFUSE_INIT_USER_EMAIL="nobody"',
    ]) {
      expect(message).toContain(part);
    }
    expect(message).toContain('TELLTALE_SECRET=(not shown): needs at least 32 characters');
    expect(message).not.toContain('hidden');
  });
});
