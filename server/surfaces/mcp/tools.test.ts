import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { describeTool } from './tool.ts';
import { createTools, type ToolDeps } from './tools.ts';

/** Declaring a tool asks nothing of what it will call. */
const anything: unknown = new Proxy(() => {}, { get: () => anything });
const tools = createTools(anything as ToolDeps);

const firstSentence = (text: string) => /^.*?[.](?=\s|$)/.exec(text)![0].replaceAll('|', '\\|');

it('docs/mcp.md lists the tools as they are', () => {
  const rows = tools.map(({ name, effect, description }) => `| \`${name}\` | ${effect} | ${firstSentence(description)} |`);
  const table = ['| Tool | Effect | What it does |', '|---|---|---|', ...rows].join('\n');
  const page = readFileSync(join(import.meta.dirname, '../../../docs/mcp.md'), 'utf8');
  const [, listed] = /<!-- tools:[^\n]*-->\n([\s\S]*)<!-- \/tools -->/.exec(page)!;
  expect(listed!.trim()).toBe(table);
});

it.each(tools)('$name has a schema that clients can read', (tool) => {
  const { inputSchema, description } = describeTool(tool);
  expect(inputSchema.type).toBe('object');
  expect(JSON.stringify(inputSchema)).not.toMatch(/\$ref|\$defs|"pattern":"\^\(\?:\(\?:\\\\d\\\\d\[2468\]/);
  expect(description.length).toBeGreaterThan(10);
  // Names that strict clients and model providers take.
  expect(tool.name).toMatch(/^[a-zA-Z0-9_-]{1,64}$/);
});

it('nothing that does not ask to change anything is said to', () => {
  for (const { name, effect } of tools) {
    expect(effect === 'reads', name).toBe(/^(get|list|search|query)/.test(name));
  }
});
