export { type Automations, type AutomationsDeps, createAutomations } from './automations.ts';
