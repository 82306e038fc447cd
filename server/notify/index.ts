export { type GithubDispatchTarget, githubDispatchRequest } from './channels/github-dispatch.ts';
export { type SlackTarget, slackRequest } from './channels/slack.ts';
export { type WebhookTarget, webhookRequest } from './channels/webhook.ts';
export { createMailer, type Mail } from './mail.ts';
export type { NotifyRequest } from './request.ts';
export { createSend, type Send, type Sent } from './send.ts';
export { newSigningSecret } from './signature.ts';
