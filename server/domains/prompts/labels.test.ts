import { expect, it } from 'vitest';
import { type Labelled, putLabels, relabelled, settleLatest } from './labels.ts';

/** `1:a,b 2:latest` as versions. */
const read = (text: string): Labelled[] =>
  text
    .split(' ')
    .filter((each) => each !== '')
    .map((each) => {
      const [version, labels = ''] = each.split(':');
      return { version: Number(version), labels: labels.split(',').filter((label) => label !== '') };
    });
const print = (versions: readonly Labelled[]) =>
  versions.map(({ version, labels }) => `${version}:${labels.join(',')}`).join(' ');

const moves: [name: string, before: string, target: number, given: string[], after: string][] = [
  ['a first version gets latest', '1:', 1, [], '1:latest'],
  ['asked labels come before latest', '1:', 1, ['staging', 'production'], '1:staging,production,latest'],
  ['latest by hand changes nothing', '1:', 1, ['latest', 'a'], '1:a,latest'],
  ['a new version takes latest', '1:production,latest 2:', 2, [], '1:production 2:latest'],
  ['a new version takes what it asks for', '1:production,x,latest 2:', 2, ['production'], '1:x 2:production,latest'],
  ['labels join those that are there', '1:a 2:b,latest', 1, ['c'], '1:a,c 2:b,latest'],
  ['a label moves back', '1: 2:production,latest', 1, ['production'], '1:production 2:latest'],
  ['the same label again', '1:a,latest', 1, ['a', 'a'], '1:a,latest'],
  ['several leave several', '1:a 2:b 3:c,latest', 2, ['a', 'c'], '1: 2:b,a,c 3:latest'],
  ['nothing given', '1:a 2:b,latest', 1, [], '1:a 2:b,latest'],
];
it.each(moves)('%s', (_name, before, target, given, after) => {
  expect(print(putLabels(read(before), target, given))).toBe(after);
});

it.each([
  ['', ''],
  ['1:a 3:b', '1:a 3:b,latest'],
  ['1:latest,a 2:', '1:a 2:latest'],
  ['1: 2:latest', '1: 2:latest'],
])('latest of %j', (before, after) => {
  expect(print(settleLatest(read(before)))).toBe(after);
});

it('names the versions that changed, without new ones', () => {
  const before = read('1:a 2:b,latest');
  expect(print(relabelled(before, read('1: 2:b,latest 3:a')))).toBe('1:');
  expect(relabelled(before, before)).toEqual([]);
});

it('keeps a label on one version at most, and latest on the highest, whatever is moved', () => {
  let versions = read('1: 2: 3: 4:');
  for (let step = 0; step < 200; step++) {
    const target = 1 + ((step * 7) % 4);
    versions = putLabels(versions, target, [`l${step % 5}`, `l${(step * 3) % 5}`]);
    const all = versions.flatMap(({ labels }) => labels);
    expect(new Set(all).size).toBe(all.length);
    expect(versions.find(({ labels }) => labels.includes('latest'))?.version).toBe(4);
    expect(versions[target - 1]!.labels).toEqual(expect.arrayContaining([`l${step % 5}`]));
  }
});
