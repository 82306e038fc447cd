import { describe, expect, it } from 'vitest';
import { destinationIn, sectionOf } from './navigation.ts';

describe('navigation', () => {
  it('finds the section of a path', () => {
    expect(sectionOf('/project/p/traces/t-1')).toBe('traces');
    expect(sectionOf('/project/p')).toBeUndefined();
    expect(sectionOf('/organisation/o/settings')).toBeUndefined();
  });

  it('keeps the section when the project is switched, and leaves the trace behind', () => {
    expect(destinationIn('/project/p/traces/t-1')).toBe('/project/$projectId/traces');
    expect(destinationIn('/project/p/settings/members')).toBe('/project/$projectId/settings/general');
    expect(destinationIn('/account')).toBe('/project/$projectId/traces');
  });
});
