export { type Automations, type AutomationsDeps, createAutomations } from './automations.ts';
export { createSlack, type Slack } from './slack.ts';
