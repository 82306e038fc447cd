import { basicAuthorization, langfuseEnvironment, SECRET_PLACEHOLDER } from '../../lib/sdk-environment.ts';
import type { Snippet, Target } from './snippets.ts';

/** The header's value in full; before there is a secret, what to put there. */
const headerOf = (target: Target): string =>
  target.secretKey === SECRET_PLACEHOLDER ? 'Basic base64-of-public-key:secret-key' : basicAuthorization(target);

const json = (value: unknown) => JSON.stringify(value, null, 2);

function commandLine(target: Target): Snippet {
  return {
    id: 'cli',
    label: 'Command line',
    steps: [
      {
        text: 'Tell it the server and the keys; where Telltale is not installed, npx telltale does it',
        code: `telltale login --host "${target.host}" \\
  --public-key "${target.publicKey}" --secret-key "${target.secretKey}"`,
      },
      {
        text: 'Look around',
        code: `telltale traces list --since 2h --level ERROR
telltale traces tail
telltale --help`,
      },
      {
        text: 'Or by the environment, in CI: the names are those of the SDKs',
        file: '.env',
        code: langfuseEnvironment(target),
      },
    ],
  };
}

/** How agents and shells reach this project, with the reader's own address and key. */
export function toolSnippetsFor(target: Target): Snippet[] {
  const url = `${target.host}/api/public/mcp`;
  const Authorization = headerOf(target);
  return [
    {
      id: 'claude-code',
      label: 'Claude Code',
      steps: [
        {
          text: 'In a shell',
          code: `claude mcp add --transport http telltale "${url}" \\
  --header "Authorization: ${Authorization}"`,
        },
      ],
    },
    {
      id: 'cursor',
      label: 'Cursor',
      steps: [
        {
          text: 'In the project, or in ~/.cursor/mcp.json for all of them',
          file: '.cursor/mcp.json',
          code: json({ mcpServers: { telltale: { url, headers: { Authorization } } } }),
        },
      ],
    },
    {
      id: 'vscode',
      label: 'VS Code',
      steps: [
        {
          text: 'In the project',
          file: '.vscode/mcp.json',
          code: json({ servers: { telltale: { type: 'http', url, headers: { Authorization } } } }),
        },
      ],
    },
    {
      id: 'codex',
      label: 'Codex',
      steps: [
        {
          text: 'In your home folder',
          file: '~/.codex/config.toml',
          code: `[mcp_servers.telltale]
url = "${url}"
http_headers = { "Authorization" = "${Authorization}" }`,
        },
      ],
    },
    {
      id: 'gemini',
      label: 'Gemini CLI',
      steps: [
        {
          text: 'In your home folder',
          file: '~/.gemini/settings.json',
          code: json({ mcpServers: { telltale: { httpUrl: url, headers: { Authorization } } } }),
        },
      ],
    },
    commandLine(target),
  ];
}
