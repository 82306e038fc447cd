import { describe, expect, it } from 'vitest';
import { SECRET_PLACEHOLDER } from '../../lib/sdk-environment.ts';
import { toolSnippetsFor } from './tool-snippets.ts';

const target = { host: 'https://traces.example:8443', publicKey: 'pk-lf-1', secretKey: 'sk-lf-2', grpcPort: 4317 };
const codeOf = (id: string, given = target) => toolSnippetsFor(given).find((snippet) => snippet.id === id)!.steps[0]!.code;

describe('toolSnippetsFor', () => {
  it('gives every agent the address and a header that decodes to the key pair', () => {
    for (const { id } of toolSnippetsFor(target)) {
      if (id === 'cli') continue;
      const code = codeOf(id);
      expect(code, id).toContain('https://traces.example:8443/api/public/mcp"');
      const [, encoded] = /Basic ([A-Za-z0-9+/=]+)"/.exec(code) ?? [];
      expect(Buffer.from(encoded!, 'base64').toString(), id).toBe('pk-lf-1:sk-lf-2');
    }
  });

  it('writes files that parse', () => {
    const header = { Authorization: `Basic ${btoa('pk-lf-1:sk-lf-2')}` };
    const url = 'https://traces.example:8443/api/public/mcp';
    expect(JSON.parse(codeOf('cursor'))).toEqual({ mcpServers: { telltale: { url, headers: header } } });
    expect(JSON.parse(codeOf('vscode'))).toEqual({ servers: { telltale: { type: 'http', url, headers: header } } });
    expect(JSON.parse(codeOf('gemini'))).toEqual({ mcpServers: { telltale: { httpUrl: url, headers: header } } });
  });

  it('signs the command line in', () => {
    expect(codeOf('cli')).toContain('--host "https://traces.example:8443"');
    expect(codeOf('cli')).toContain('--public-key "pk-lf-1" --secret-key "sk-lf-2"');
  });

  it('does not encode a secret that is not known', () => {
    expect(codeOf('claude-code', { ...target, secretKey: SECRET_PLACEHOLDER })).toContain(
      'Basic base64-of-public-key:secret-key',
    );
  });
});
