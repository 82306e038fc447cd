import { type App, startApp } from './app.ts';
import { type Config, ConfigError, readConfig } from './config.ts';
import { InitError } from './domains/access/index.ts';
import { createLogger } from './lib/log.ts';
import { SchemaError } from './store/analytics/migrate.ts';
import { FolderInUseError } from './store/lock.ts';
import { MigrationError } from './store/metadata/index.ts';

/** Reads the configuration, starts the parts, waits for a signal, drains and stops. Logs are JSON lines on standard output. */
async function main(): Promise<void> {
  // The embedded engine's queries hold threads of this pool; with the default of four, slow ones would stall files and passwords.
  process.env.UV_THREADPOOL_SIZE ??= '16';
  // Whatever this process makes is its own: prompts and answers are not for the other accounts of the machine.
  process.umask(0o077);
  const config = readConfig(process.env);
  const log = createLogger(config.logLevel, { sampling: config.logSampling });
  const app = await startApp(config, log);
  log.info({ url: app.url, grpcPort: app.grpcPort, dataDir: config.dataDir }, 'listening');
  process.stderr.write(banner(config, app));

  const signal = await new Promise<string>((done) => {
    for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => done(name));
  });
  log.info({ signal }, 'stopping');
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.on(name, () => process.exit(1));
  await app.stop();
  log.info('stopped');
}

function banner(config: Config, app: App): string {
  const lines = ['', `  Telltale is running at ${config.publicUrl ?? app.url}`, ''];
  if (app.demoLogin) lines.push(`  Sign in as ${app.demoLogin.email} with the password ${app.demoLogin.password}`, '');
  return `${lines.join('\n')}\n`;
}

try {
  await main();
  process.exit(0);
} catch (error) {
  if ([ConfigError, FolderInUseError, InitError, MigrationError, SchemaError].some((known) => error instanceof known)) {
    process.stderr.write(`${(error as Error).message}\n`);
  } else {
    process.stderr.write(
      `Telltale could not start: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
  }
  process.exit(1);
}
