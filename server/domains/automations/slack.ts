import { eq } from 'drizzle-orm';
import { z } from 'zod';
import * as declared from '../../../contract/api/slack.ts';
import { storable } from '../../../contract/storable.ts';
import type { Clock } from '../../lib/clock.ts';
import { createCrypto, DecryptionError } from '../../lib/crypto.ts';
import { AppError, forbidden, invalidRequest, notFound } from '../../lib/errors.ts';
import { type Implemented, implement } from '../../lib/implement.ts';
import type { Outbound } from '../../lib/outbound.ts';
import { type MetadataDb, tables } from '../../store/metadata/index.ts';

const { slackConnections: connections } = tables;

/** A Slack app, made by whoever runs the server. */
export interface SlackApp {
  clientId: string;
  clientSecret: string;
}

export interface SlackDeps {
  db: MetadataDb;
  clock: Clock;
  secret: string;
  outbound: Pick<Outbound, 'fetch'>;
  /** Undefined when none is configured. */
  app: SlackApp | undefined;
  /** Address of this server as browsers know it; Slack leads people back to it. */
  publicUrl(): string;
  /** Another address than Slack's, for tests. */
  slackUrl?: string;
}

/** Connections of projects to Slack workspaces (contract §1.20). */
export interface Slack {
  /** Where to send the browser of somebody who wants to connect a project. @throws AppError 501 when no app is configured */
  installUrl(projectId: string, userId: string): string;
  /**
   * What follows when Slack has led them back: the code becomes a token of the workspace.
   * @param mayConnect throws when the person may not, or no longer, change the project
   * @returns the project that is connected now
   * @throws AppError 400 for a state that is not ours or too old, or when Slack refuses the code; 403 when somebody else began; 501
   */
  connect(
    given: { code: string; state: string },
    userId: string,
    mayConnect: (projectId: string) => Promise<void>,
  ): Promise<string>;
  /** Null when the project is connected to no workspace. */
  findBotToken(projectId: string): Promise<string | null>;
  operations: Implemented[];
}

/** What an app needs to post in channels that it was not invited to. */
const SCOPES = 'chat:write,chat:write.public';
/** Time to choose a workspace in Slack, ms. */
const STATE_MS = 15 * 60_000;
const STATE_CONTEXT = 'slack state';

export const SLACK_CALLBACK = '/api/public/slack/oauth';

const state = z.object({ projectId: z.string(), userId: z.string(), until: z.number() });
const answer = z.discriminatedUnion('ok', [
  z.object({
    ok: z.literal(true),
    access_token: z.string().min(1),
    team: z.object({ id: storable, name: storable.nullish() }),
  }),
  z.object({ ok: z.literal(false), error: z.string().optional() }),
]);

export function createSlack({ db, clock, secret, outbound, app, publicUrl, slackUrl = 'https://slack.com' }: SlackDeps): Slack {
  const crypto = createCrypto(secret);
  const contextOf = (projectId: string) => `slack_connections ${projectId}`;
  const redirectUri = () => publicUrl().replace(/\/+$/, '') + SLACK_CALLBACK;

  function requireApp(): SlackApp {
    if (app) return app;
    throw new AppError(
      501,
      'NotImplementedError',
      'Slack is not set up on this server. Make a Slack app with the redirect URL ' +
        `${redirectUri()} and set SLACK_CLIENT_ID and SLACK_CLIENT_SECRET; or use the address of an incoming webhook.`,
    );
  }

  function readState(text: string): z.output<typeof state> {
    try {
      const read = state.parse(JSON.parse(crypto.decrypt(text, STATE_CONTEXT)));
      if (read.until >= clock.now()) return read;
    } catch (error) {
      if (!(error instanceof DecryptionError)) throw error;
    }
    throw invalidRequest('state: this link is not of this server or too old. Begin again.');
  }

  async function exchange({ clientId, clientSecret }: SlackApp, code: string) {
    const response = await outbound.fetch(`${slackUrl}/api/oauth.v2.access`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({
        client_id: clientId,
        client_secret: clientSecret,
        code,
        redirect_uri: redirectUri(),
      }).toString(),
      signal: AbortSignal.timeout(10_000),
    });
    const parsed = answer.safeParse(await response.json().catch(() => null));
    if (!parsed.success) throw invalidRequest('Slack sent an answer that could not be read. Begin again.');
    if (!parsed.data.ok) throw invalidRequest(`Slack refused the connection: ${parsed.data.error ?? 'without a reason'}.`);
    return parsed.data;
  }

  const find = async (projectId: string) =>
    (await db.select().from(connections).where(eq(connections.projectId, projectId)))[0] ?? null;

  return {
    installUrl(projectId, userId) {
      const { clientId } = requireApp();
      const query = new URLSearchParams({
        client_id: clientId,
        scope: SCOPES,
        redirect_uri: redirectUri(),
        state: crypto.encrypt(JSON.stringify({ projectId, userId, until: clock.now() + STATE_MS }), STATE_CONTEXT),
      });
      return `${slackUrl}/oauth/v2/authorize?${query}`;
    },

    async connect({ code, state: text }, userId, mayConnect) {
      const configured = requireApp();
      const begun = readState(text);
      // Else somebody could be led to connect their workspace to another's project.
      if (begun.userId !== userId) throw forbidden('Somebody else began this connection. Begin again.');
      await mayConnect(begun.projectId);
      const { access_token: token, team } = await exchange(configured, code);
      const at = new Date(clock.now());
      const row = {
        teamId: team.id,
        teamName: team.name ?? team.id,
        botToken: crypto.encrypt(token, contextOf(begun.projectId)),
        connectedBy: userId,
        updatedAt: at,
      };
      await db
        .insert(connections)
        .values({ ...row, projectId: begun.projectId, createdAt: at })
        .onConflictDoUpdate({ target: connections.projectId, set: row });
      return begun.projectId;
    },

    async findBotToken(projectId) {
      const found = await find(projectId);
      return found && crypto.decrypt(found.botToken, contextOf(projectId));
    },

    operations: [
      implement(declared.getSlackConnection, async ({ projectId }) => {
        const found = await find(projectId);
        return {
          configured: app !== undefined,
          workspace: found && { teamId: found.teamId, teamName: found.teamName, connectedAt: found.updatedAt.toISOString() },
        };
      }),
      implement(declared.deleteSlackConnection, async ({ projectId }) => {
        const gone = await db.delete(connections).where(eq(connections.projectId, projectId)).returning();
        if (gone.length === 0) throw notFound('The project is connected to no Slack workspace.');
        return { ok: true } as const;
      }),
    ],
  };
}
