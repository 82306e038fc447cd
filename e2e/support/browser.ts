import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Locator, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect } from 'vitest';
import { startServer, type TestServer } from './server.ts';

const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
const present = existsSync(executablePath);

/** Patient: the machine may be busy with other things. A condition that holds ends the wait at once. */
export const PATIENCE_MS = 45_000;

const SWITCHES = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // Whatever a page asks of another host fails inside the browser: a test run never reaches the network.
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
];

export interface OpenOptions {
  /** Default true. False: a browser that has never been here. */
  signedIn?: boolean;
  theme?: 'light' | 'dark';
  /** Messages on the console that the test brings about on purpose; every other error fails it. */
  expected?: readonly RegExp[];
}

/** A running server and a browser beside it. */
export interface App {
  readonly server: TestServer;
  /** A window of its own on a path of the server. */
  open(path: string, options?: OpenOptions): Promise<Page>;
  /** Another server with its own data, ended with the suite. */
  another(env: Record<string, string>): Promise<TestServer>;
  /** Starts the server again after it was stopped, at its old address and with its data. */
  revive(): Promise<TestServer>;
  /** What the watch over the windows has met so far in this test; it is then forgotten instead of failing the test. */
  takeProblems(): string[];
}

/**
 * Tests against one server and one browser. After each test its windows are closed, and it fails when one of them asked another host
 * for anything, wrote an error to the console or met an exception. Skipped where there is no Chromium, except in CI.
 * TELLTALE_TEST_SHOTS names a folder for pictures of the windows of failed tests.
 */
export function browserSuite(name: string, env: Record<string, string>, define: (app: App) => void): void {
  if (!present) {
    if (process.env.CI) throw new Error(`No Chromium at ${executablePath}; set CHROMIUM_PATH`);
    console.warn(`${name}: skipped, there is no Chromium at ${executablePath} (CHROMIUM_PATH says where it is)`);
  }
  describe.skipIf(!present)(name, () => {
    let server: TestServer;
    let browser: Browser;
    let state: Awaited<ReturnType<BrowserContext['storageState']>> | undefined;
    let contexts: BrowserContext[] = [];
    let problems: string[] = [];
    const others: TestServer[] = [];

    beforeAll(async () => {
      [server, browser] = await Promise.all([startServer(env), chromium.launch({ executablePath, args: SWITCHES })]);
    });
    afterAll(async () => {
      await browser?.close();
      await Promise.all([server, ...others].map((each) => each?.destroy()));
    });
    afterEach(async ({ task }) => {
      const failed = task.result?.state === 'fail';
      for (const context of contexts) {
        for (const page of failed ? context.pages() : []) await picture(page, task.name);
        await context.close();
      }
      const met = problems;
      contexts = [];
      problems = [];
      expect(met).toEqual([]);
    });

    /** Cookies of somebody who is signed in; asked for once, because attempts to sign in are limited. */
    const signedIn = async () => {
      if (state) return state;
      const context = await browser.newContext();
      const answer = await context.request.post(`${server.url}/api/auth/sign-in/email`, {
        headers: { origin: server.url },
        data: { email: server.email, password: server.password },
      });
      if (!answer.ok()) throw new Error(`Sign-in answered ${answer.status()}: ${await answer.text()}`);
      state = await context.storageState();
      await context.close();
      return state;
    };

    define({
      get server() {
        return server;
      },
      async open(path, options = {}) {
        const context = await browser.newContext({
          storageState: options.signedIn === false ? undefined : await signedIn(),
          viewport: { width: 1440, height: 900 },
          colorScheme: options.theme ?? 'light',
          reducedMotion: 'reduce',
          permissions: ['clipboard-read', 'clipboard-write'],
        });
        contexts.push(context);
        context.setDefaultTimeout(PATIENCE_MS);
        const url = new URL(path, server.url);
        watch(context, url.origin, options.expected ?? [], (problem) => problems.push(problem));
        const page = await context.newPage();
        await page.goto(url.href);
        return page;
      },
      async another(more) {
        const made = await startServer(more);
        others.push(made);
        return made;
      },
      async revive() {
        server = await server.restart({ PORT: new URL(server.url).port });
        return server;
      },
      takeProblems: () => problems.splice(0),
    });
  });
}

function watch(context: BrowserContext, origin: string, expected: readonly RegExp[], report: (problem: string) => void) {
  const tell = (text: string) => {
    if (!expected.some((pattern) => pattern.test(text))) report(text);
  };
  const check = (address: string) => {
    const { protocol, origin: asked, host } = new URL(address);
    if (protocol === 'data:' || protocol === 'blob:' || asked === origin) return;
    if (/^wss?:$/.test(protocol) && host === new URL(origin).host) return;
    tell(`asked another host: ${address}`);
  };
  context.on('request', (request) => check(request.url()));
  context.on('page', (page) => page.on('websocket', (socket) => check(socket.url())));
  context.on('console', (message) => {
    if (message.type() !== 'error') return;
    const at = message.location().url;
    tell(`console: ${message.text()}${at ? ` (${at})` : ''}`);
  });
  context.on('weberror', (event) => tell(`exception: ${event.error().stack ?? event.error().message}`));
}

async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env.TELLTALE_TEST_SHOTS;
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${name.replace(/\W+/g, '-').slice(0, 80)}.png`);
  await page.screenshot({ path }).catch(() => undefined);
}

/** Waits until it is in sight. */
export const shown = (locator: Locator): Promise<void> => locator.first().waitFor({ state: 'visible' });

/** Waits until nothing of it is in sight. */
export const gone = (locator: Locator): Promise<void> => locator.first().waitFor({ state: 'hidden' });

/** `expect` that asks again until the value fits. */
export const soon = <T>(ask: () => T | Promise<T>) => expect.poll(ask, { timeout: PATIENCE_MS, interval: 100 });

/** The search parameter of the address, read as the router writes it: texts bare, everything else as JSON. */
export function parameter(page: Page, name: string): string | null {
  return new URL(page.url()).searchParams.get(name);
}
