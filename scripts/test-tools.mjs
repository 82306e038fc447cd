// Brings the tools that only tests need: a Chromium for the browser tests and PostgreSQL for the store tests. On Debian as root they
// are installed with apt; elsewhere a missing tool is named and the tests that need it are skipped.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';

const onPath = (name) => (process.env.PATH ?? '').split(':').some((folder) => existsSync(`${folder}/${name}`));
const hasChromium = () => Boolean(process.env.CHROMIUM_PATH) || onPath('chromium') || onPath('google-chrome');
const hasPostgres = () =>
  onPath('initdb') || (existsSync('/usr/lib/postgresql') && readdirSync('/usr/lib/postgresql').length > 0);
const hasVenv = () => spawnSync('python3', ['-c', 'import venv, ensurepip'], { stdio: 'ignore' }).status === 0;

const missing = [
  [hasChromium, 'chromium', ['chromium']],
  [hasPostgres, 'PostgreSQL', ['postgresql']],
  [hasVenv, 'Python 3 with venv', ['python3', 'python3-venv']],
].filter(([present]) => !present());

if (missing.length > 0 && process.getuid?.() === 0 && onPath('apt-get')) {
  const packages = missing.flatMap(([, , names]) => names);
  console.log(`Installing for the tests: ${packages.join(' ')}`);
  const options = { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
  spawnSync('apt-get', ['update', '-qq'], options);
  spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], options);
}
for (const [present, label] of missing)
  if (!present()) console.log(`Not available: ${label}. The tests that need it are skipped.`);
