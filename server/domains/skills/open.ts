import type { Slice, Spine } from '../slice.ts';
import { skillOperations } from './operations.ts';
import { createSkills, type Skills } from './skills.ts';

export function openSkills(spine: Spine): Skills & Slice {
  const skills = createSkills(spine);
  return { ...skills, operations: skillOperations(skills) };
}
