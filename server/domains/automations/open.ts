import { createSend } from '../../notify/index.ts';
import type { Slice, Spine } from '../slice.ts';
import { type Automations, createAutomations } from './automations.ts';
import { automationOperations } from './operations.ts';
import { createSlack, type Slack } from './slack.ts';

export function openSlack(spine: Spine): Slack & Slice {
  const { config } = spine;
  return createSlack({ ...spine, app: config.slack, publicUrl: () => config.publicUrl ?? spine.address().url });
}

export function openAutomations(spine: Spine, needs: Pick<Slack, 'findBotToken'>): Automations & Slice {
  const automations = createAutomations({ ...spine, send: createSend(spine), findBotToken: needs.findBotToken });
  return {
    ...automations,
    operations: automationOperations(automations),
    part: automations,
    begin: () => void automations.resume(),
  };
}
