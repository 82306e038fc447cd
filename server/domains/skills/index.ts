export { openSkills } from './open.ts';
export { skillOperations } from './operations.ts';
export { createSkills, type Skills, type SkillsDeps } from './skills.ts';
