export { type Automations, type AutomationsDeps, createAutomations } from './automations.ts';
export { openAutomations, openSlack } from './open.ts';
export { createSlack, type Slack } from './slack.ts';
