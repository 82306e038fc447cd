import type { Action, ActionInput, Payload } from '../../../contract/automation.ts';
import { parseJson } from '../../../contract/json/parse.ts';
import { invalidRequest } from '../../lib/errors.ts';
import { githubDispatchRequest, type NotifyRequest, newSigningSecret, slackRequest, webhookRequest } from '../../notify/index.ts';
import { type ActionSecrets, lastOf } from './secrets.ts';

/** An action as it is stored: what may be shown, and what may not. */
export interface StoredAction {
  action: Action;
  secrets: ActionSecrets;
}

/**
 * An action as it is to be stored. Secrets that the input leaves out stay as they were; not so at a new address, or a change of the
 * address would hand them to whoever is there.
 * @param before what is stored; null for a new automation
 * @throws AppError 400 when a secret is missing, or the type is another
 */
export function settleAction(input: ActionInput, before: StoredAction | null): StoredAction {
  if (before && before.action.type !== input.type) {
    throw refused('type', `cannot be changed from ${before.action.type}; make a new automation`);
  }
  switch (input.type) {
    case 'WEBHOOK':
      return settleWebhook(input, before);
    case 'SLACK':
      return settleSlack(input, before);
    case 'GITHUB_DISPATCH':
      return settleGithub(input, before);
  }
}

type Input<Type extends ActionInput['type']> = Extract<ActionInput, { type: Type }>;

function settleWebhook({ type, url, headers }: Input<'WEBHOOK'>, before: StoredAction | null): StoredAction {
  const isSameUrl = before?.action.type === 'WEBHOOK' && before.action.url === url;
  const known = before?.secrets.headers ?? {};
  const signingSecret = before?.secrets.signingSecret ?? newSigningSecret();
  const secret: Record<string, string> = {};
  const shown = headers.map(({ name, value, secret: isSecret }, index) => {
    if (!isSecret) return { name, value: value!, secret: false };
    const kept = value ?? (isSameUrl ? known[name.toLowerCase()] : undefined);
    if (kept === undefined) throw refused(`headers.${index}.value`, missing(before !== null, isSameUrl));
    secret[name.toLowerCase()] = kept;
    return { name, value: null, secret: true };
  });
  return {
    action: { type, url, headers: shown, displaySigningSecret: `lf-whsec_${lastOf(signingSecret)}` },
    secrets: { signingSecret, headers: secret },
  };
}

function settleSlack({ type, url, channel }: Input<'SLACK'>, before: StoredAction | null): StoredAction {
  if (channel !== undefined) return { action: { type, displayUrl: null, channel }, secrets: {} };
  const settled = url ?? before?.secrets.url;
  if (settled === undefined) throw refused('url', 'is missing');
  const { origin } = new URL(settled);
  return { action: { type, displayUrl: `${origin}/${lastOf(settled)}`, channel: null }, secrets: { url: settled } };
}

function settleGithub({ type, url, eventType, token }: Input<'GITHUB_DISPATCH'>, before: StoredAction | null): StoredAction {
  const isSameUrl = before?.action.type === 'GITHUB_DISPATCH' && before.action.url === url;
  const settled = token ?? (isSameUrl ? before?.secrets.token : undefined);
  if (settled === undefined) throw refused('token', missing(before !== null, isSameUrl));
  return { action: { type, url, eventType, displayToken: lastOf(settled) }, secrets: { token: settled } };
}

const missing = (isChange: boolean, isSameUrl: boolean): string =>
  isChange && !isSameUrl ? 'is needed again because the address is another' : 'is missing';

/** An error of a field below `action`. */
export function refused(field: string, message: string) {
  const path = `action.${field}`;
  return invalidRequest(`${path}: ${message}`, [{ path, message }]);
}

/** The address that an action sends to; null where it is not the user's choice. */
export const addressOf = ({ action, secrets }: StoredAction): string | null =>
  action.type === 'SLACK' ? (secrets.url ?? null) : action.url;

/**
 * The request that delivers a payload.
 * @param body the payload as JSON text, the same on every attempt
 * @param botToken of the Slack workspace that the project is connected to
 */
export function requestOf({ action, secrets }: StoredAction, body: string, now: number, botToken: string | null): NotifyRequest {
  switch (action.type) {
    case 'WEBHOOK': {
      const headers = action.headers.map(({ name, value }) => ({
        name,
        value: value ?? secrets.headers?.[name.toLowerCase()] ?? '',
      }));
      return webhookRequest({ url: action.url, headers, signingSecret: secrets.signingSecret! }, body, now);
    }
    case 'SLACK': {
      const payload = parseJson(body) as Payload;
      if (action.channel === null) return slackRequest({ url: secrets.url! }, payload);
      if (botToken === null) throw new Error('The project is no longer connected to a Slack workspace. Connect it again.');
      return slackRequest({ channel: action.channel, botToken }, payload);
    }
    case 'GITHUB_DISPATCH': {
      const { url, eventType } = action;
      return githubDispatchRequest({ url, eventType, token: secrets.token! }, parseJson(body) as Payload);
    }
  }
}
