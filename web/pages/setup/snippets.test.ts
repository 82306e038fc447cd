import { describe, expect, it } from 'vitest';
import { SECRET_PLACEHOLDER } from '../../lib/sdk-environment.ts';
import { snippetsFor } from './snippets.ts';

const target = { host: 'https://traces.example:8443', publicKey: 'pk-lf-1', secretKey: 'sk-lf-2', grpcPort: 4317 };
const codeOf = (id: string, given = target) =>
  snippetsFor(given)
    .find((snippet) => snippet.id === id)!
    .steps.map((step) => step.code)
    .join('\n');

describe('snippetsFor', () => {
  it('puts the address and both keys into every one', () => {
    for (const { id } of snippetsFor(target)) {
      const code = codeOf(id);
      expect(code, id).toContain('https://traces.example:8443');
      if (id === 'otel') continue;
      expect(code, id).toContain('pk-lf-1');
      expect(code, id).toContain('sk-lf-2');
    }
  });

  it('writes the OTLP header so that it decodes to the key pair', () => {
    const header = /HEADERS="Authorization=([^"]+)"/.exec(codeOf('otel'))![1]!;
    const [scheme, encoded] = decodeURIComponent(header).split(' ');
    expect(scheme).toBe('Basic');
    expect(Buffer.from(encoded!, 'base64').toString()).toBe('pk-lf-1:sk-lf-2');
  });

  it('does not encode a secret that is not known', () => {
    expect(codeOf('otel', { ...target, secretKey: SECRET_PLACEHOLDER })).toContain('Basic%20base64-of-public-key:secret-key');
  });

  it('offers gRPC on its own port, only when it is on', () => {
    expect(codeOf('otel')).toContain('https://traces.example:4317');
    expect(codeOf('otel', { ...target, grpcPort: 0 })).not.toContain('grpc');
  });

  it('has JSON in the curl body that parses once the shell has filled it in', () => {
    const body = /<<EOF\n([\s\S]*)\nEOF/.exec(codeOf('curl'))![1]!;
    const filled = body
      .replace(/\$\(openssl rand -hex 16\)/, 'a'.repeat(32))
      .replace(/\$\(openssl rand -hex 8\)/, 'b'.repeat(16));
    const span = JSON.parse(filled.replace(/\$\{NOW\}/g, '1700000000')).resourceSpans[0].scopeSpans[0].spans[0];
    expect(BigInt(span.endTimeUnixNano) - BigInt(span.startTimeUnixNano)).toBe(850_000_000n);
    expect(span.traceId).toHaveLength(32);
  });
});
