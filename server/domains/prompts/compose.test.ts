import { describe, expect, it } from 'vitest';
import type { PromptContent } from '../../../contract/prompt.ts';
import { compose, MAX_LENGTH, type WrittenPrompt } from './compose.ts';
import { brokenBy, type GraphVersion } from './inclusion.ts';
import { cutAtTags, type Reference, referencesOf } from './references.ts';

const tag = (name: string, which: string) => `@@@langfusePrompt:name=${name}|${which}@@@`;

describe('tags', () => {
  const reference = (name: string, version: number | null, label: string | null): Reference => ({ name, version, label });
  const cuts: [string, (string | Reference)[]][] = [
    ['', []],
    ['no tag {{x}}', ['no tag {{x}}']],
    [`a ${tag('x/y', 'version=12')} b`, ['a ', reference('x/y', 12, null), ' b']],
    [
      `${tag('a b', 'label=production')}${tag('é', 'label=latest')}`,
      [reference('a b', null, 'production'), reference('é', null, 'latest')],
    ],
    [tag('a=b', 'label=x'), [reference('a=b', null, 'x')]],
    [tag('x', 'version=0'), [tag('x', 'version=0')]],
    [tag('x', 'version=one'), [tag('x', 'version=one')]],
    [tag('x', 'version=99999999999'), [tag('x', 'version=99999999999')]],
    [tag('x\0', 'version=1'), [tag('x\0', 'version=1')]],
    ['@@@langfusePrompt:name=x@@@', ['@@@langfusePrompt:name=x@@@']],
    [
      `@@@langfusePrompt:name=|version=1@@@ ${tag('x', 'version=1')}`,
      ['@@@langfusePrompt:name=|version=1@@@ ', reference('x', 1, null)],
    ],
  ];
  it.each(cuts)('%j', (text, pieces) => {
    expect(cutAtTags(text)).toEqual(pieces);
  });

  it('are found in messages, each once, and not in placeholders', () => {
    const content: PromptContent = [
      { role: 'system', content: tag('x', 'version=1') },
      { type: 'placeholder', name: 'history' },
      { role: 'user', content: `${tag('x', 'version=1')} ${tag('x', 'label=a')}` },
    ];
    expect(referencesOf(content)).toEqual([reference('x', 1, null), reference('x', null, 'a')]);
  });
});

const written = (name: string, prompt: PromptContent, version = 1, labels = ['production']): WrittenPrompt => ({
  id: `${name}-${version}`,
  projectId: 'p',
  name,
  version,
  type: typeof prompt === 'string' ? 'text' : 'chat',
  prompt,
  config: {},
  labels,
  tags: [],
  commitMessage: null,
  createdBy: 'API',
  createdAt: '',
  updatedAt: '',
});
const finder = (versions: readonly WrittenPrompt[]) => async (reference: Reference) =>
  versions.find(
    ({ name, version, labels }) =>
      name === reference.name && (reference.version === null ? labels.includes(reference.label!) : version === reference.version),
  ) ?? null;

describe('compose', () => {
  it('leaves a prompt without tags as it is', async () => {
    const root = written('root', 'Hello {{name}}');
    expect(await compose(root, finder([]))).toEqual({ ...root, resolutionGraph: null });
  });

  it('puts everything in place, however deep, and says where it came from', async () => {
    const all = [
      written('tone', 'Be kind to {{name}}.', 3, ['latest']),
      written('rules', `1. ${tag('tone', 'version=3')} 2. ${tag('tone', 'label=latest')}`),
      written('plain', 'Plain "text"\n'),
    ];
    const root = written('root', [
      { role: 'system', content: `Rules: ${tag('rules', 'label=production')}` },
      { type: 'placeholder', name: 'history' },
      { type: 'chatmessage', role: 'user', content: `${tag('plain', 'version=1')}{{question}}` },
    ]);
    const composed = await compose(root, finder(all));
    expect(composed.prompt).toEqual([
      { role: 'system', content: 'Rules: 1. Be kind to {{name}}. 2. Be kind to {{name}}.' },
      { type: 'placeholder', name: 'history' },
      { type: 'chatmessage', role: 'user', content: 'Plain "text"\n{{question}}' },
    ]);
    expect(composed.resolutionGraph).toEqual({
      root: { name: 'root', version: 1, id: 'root-1' },
      dependencies: {
        'root-1': [
          { name: 'rules', version: 1, id: 'rules-1' },
          { name: 'plain', version: 1, id: 'plain-1' },
        ],
        'rules-1': [{ name: 'tone', version: 3, id: 'tone-3' }],
      },
    });
  });

  it('goes five levels deep, the outermost among them, and no deeper', async () => {
    const chain = (levels: number) => {
      const all = Array.from({ length: levels }, (_, level) =>
        written(`level${level + 1}`, level + 1 < levels ? `(${tag(`level${level + 2}`, 'version=1')})` : 'end'),
      );
      return compose(written('root', tag('level1', 'version=1')), finder(all));
    };
    expect((await chain(4)).prompt).toBe('(((end)))');
    await expect(chain(5)).rejects.toMatchObject({
      status: 400,
      message: expect.stringMatching(/more than 5 levels.*root > level1/),
    });
  });

  const broken: [string, WrittenPrompt[], RegExp][] = [
    ['what is missing', [], /"root" includes the prompt "a" version 1, which does not exist/],
    ['a chat prompt', [written('a', [{ role: 'user', content: '' }])], /only text prompts can be included/],
    ['itself', [written('a', tag('a', 'version=1'))], /Circular dependency/],
    ['itself through another', [written('a', tag('b', 'version=1')), written('b', tag('a', 'label=production'))], /Circular/],
    ['the root again', [written('a', tag('root', 'version=1'))], /Circular/],
    ['another version of the root', [written('a', tag('root', 'version=2')), written('root', '', 2)], /Circular/],
    [
      'another version of itself',
      [written('a', tag('b', 'version=1')), written('b', tag('a', 'version=2')), written('a', '', 2)],
      /Circular/,
    ],
  ];
  it.each(broken)('refuses to include %s', async (_name, all, message) => {
    const root = written('root', tag('a', 'version=1'));
    await expect(compose(root, finder([...all, root]))).rejects.toMatchObject({
      status: 400,
      code: 'InvalidRequestError',
      message: expect.stringMatching(message),
    });
  });

  it('asks for each prompt once, and stops before a text grows without end', async () => {
    const asked: string[] = [];
    const wide = Array.from({ length: 4 }, (_, level) =>
      written(`level${level + 1}`, level < 3 ? tag(`level${level + 2}`, 'version=1').repeat(40) : 'x'.repeat(100)),
    );
    const find = finder(wide);
    const work = compose(written('root', tag('level1', 'version=1').repeat(40)), (reference) => {
      asked.push(reference.name);
      return find(reference);
    });
    await expect(work).rejects.toMatchObject({ status: 400, message: expect.stringContaining(`more than ${MAX_LENGTH}`) });
    expect(asked.sort()).toEqual(['level1', 'level2', 'level3', 'level4']);
  });

  it('counts the messages of a chat together', async () => {
    const long = written('long', 'x'.repeat(MAX_LENGTH / 10));
    const chat = (messages: number) =>
      Array.from({ length: messages }, () => ({ role: 'user', content: tag('long', 'version=1') }));
    await expect(compose(written('root', chat(11)), finder([long]))).rejects.toMatchObject({ status: 400 });
    const { prompt } = await compose(written('root', chat(10)), finder([long]));
    expect(prompt).toHaveLength(10);
  });

  it('takes no time for many ways through the same prompts', async () => {
    const layer = (level: number) =>
      Array.from({ length: 60 }, (_, at) => {
        const below = Array.from({ length: 60 }, (_each, next) => tag(`l${level + 1}-${next}`, 'version=1')).join('');
        return written(`l${level}-${at}`, level < 4 ? below : '');
      });
    const all = [1, 2, 3, 4].flatMap(layer);
    const find = new Map(all.map((each) => [each.name, each]));
    const start = performance.now();
    const composed = await compose(written('root', tag('l1-0', 'version=1')), async ({ name }) => find.get(name) ?? null);
    expect(composed.prompt).toBe('');
    expect(Object.keys(composed.resolutionGraph!.dependencies)).toHaveLength(1 + 1 + 2 * 60);
    expect(performance.now() - start).toBeLessThan(5_000);
  });
});

describe('what a change breaks', () => {
  const version = (name: string, at: number, labels: string[], references: Reference[] = []): GraphVersion => ({
    id: `${name}-${at}`,
    name,
    version: at,
    type: 'text',
    labels,
    references,
  });
  const by = (name: string, which: number | string): Reference =>
    typeof which === 'number' ? { name, version: which, label: null } : { name, version: null, label: which };

  const child = version('child', 1, ['production', 'latest']);
  const parent = version('parent', 1, ['latest'], [by('child', 'production')]);
  const cases: [string, GraphVersion[], GraphVersion[], string[]][] = [
    ['nothing', [child, parent], [child, parent], []],
    ['a label goes', [child, parent], [{ ...child, labels: ['latest'] }, parent], ['parent-1']],
    ['the version goes', [child, parent], [parent], ['parent-1']],
    ['both go', [child, parent], [], []],
    ['the label moves', [child, parent], [{ ...child, labels: [] }, version('child', 2, ['production', 'latest']), parent], []],
    [
      'the label moves to one that includes the parent',
      [child, parent],
      [{ ...child, labels: [] }, version('child', 2, ['production'], [by('parent', 1)]), parent],
      ['child-2', 'parent-1'],
    ],
    ['it was broken before', [parent], [parent, version('other', 1, [])], []],
    ['a new one that does not work', [child], [child, version('new', 1, [], [by('none', 1)])], ['new-1']],
  ];
  it.each(cases)('%s', (_name, before, after, broken) => {
    expect(
      brokenBy(before, after)
        .map((each) => each.version.id)
        .sort(),
    ).toEqual(broken);
  });
});
