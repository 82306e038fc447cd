import { createServer, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { Session } from 'chdb';

/**
 * A stand-in for a ClickHouse server, for tests of the network client: the part of ClickHouse's HTTP interface that the client uses, on
 * chDB. Runs as a process of its own: `node http-test-server.ts FOLDER USER PASSWORD`; prints its port.
 */
const [folder, user, password] = process.argv.slice(2);
if (!folder || !user || password === undefined) throw new Error('usage: http-test-server.ts FOLDER USER PASSWORD');

/** Keeps the engine open between requests. */
const keeper = new Session(folder);

/** Parameters of the address that are neither bound values nor settings. */
const RESERVED = new Set(['query', 'database', 'default_format', 'query_id', 'session_id', 'role']);
/** Settings of the HTTP layer, which chDB does not have. */
const OF_HTTP = /^(wait_end_of_query|.*http.*|enable_http_compression)$/;

/** As a real server's `http_max_uri_size`. */
const LONGEST_ADDRESS = 1024 * 1024;

const literal = (value: string) => `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

/** An HTTP status as ClickHouse chooses it for an error code. */
const statusOf = (code: number) =>
  code === 516 ? 403 : code === 60 || code === 81 ? 404 : code === 241 || code === 243 ? 500 : 400;

class Refused extends Error {}

async function answer(request: IncomingMessage): Promise<string> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  if (url.pathname === '/ping') return 'Ok.\n';
  const expected = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  if (request.headers.authorization !== expected) {
    throw new Refused('Code: 516. DB::Exception: Authentication failed: password is incorrect. (AUTHENTICATION_FAILED)');
  }
  const values = new Map(url.searchParams);
  let body: string;
  if (request.headers['content-type']?.startsWith('multipart/form-data')) {
    const form = new Response(await text(request), { headers: { 'content-type': request.headers['content-type'] } });
    for (const [name, value] of await form.formData()) values.set(name, String(value));
    body = '';
  } else {
    body = await text(request);
  }
  const query = values.get('query') ?? body;
  const data = values.has('query') ? body : '';
  // A session of its own, as every HTTP request has: settings and bound values end with it.
  const session = new Session(folder);
  try {
    const database = values.get('database');
    const settings: Record<string, string> = {};
    // Bound values are part of a statement here, for a real server they are not.
    await session.queryAsync(`SET max_query_size = ${256 * 1024 * 1024}`);
    const sets: string[] = [];
    for (const [name, value] of values) {
      if (name.startsWith('param_')) sets.push(`${name} = ${literal(value)}`);
      else if (!RESERVED.has(name) && !OF_HTTP.test(name)) settings[name] = value;
    }
    const insert = /^INSERT INTO (\w+) \(([^)]+)\)\s+FORMAT (\w+)/.exec(query.trim());
    if (insert && data !== '') {
      const columns = insert[2]!.split(',').map((column) => column.trim().replaceAll('`', ''));
      await session.insert({
        table: database ? `${database}.${insert[1]}` : insert[1]!,
        columns,
        values: Buffer.from(data),
        format: insert[3] as 'JSONCompactEachRow',
        settings,
      });
      return '';
    }
    for (const [name, value] of Object.entries(settings)) sets.push(`${name} = ${literal(value)}`);
    const statements = [
      ...(database ? [`USE \`${database}\``] : []),
      ...(sets.length > 0 ? [`SET ${sets.join(', ')}`] : []),
      query,
    ];
    const result = await session.queryAsync(statements.join(';\n'), { format: values.get('default_format') ?? 'TabSeparated' });
    return result.text();
  } finally {
    session.close();
  }
}

const server = createServer({ maxHeaderSize: LONGEST_ADDRESS }, (request, response) => {
  answer(request).then(
    (body) => response.writeHead(200, { 'x-clickhouse-summary': '{}', 'content-type': 'text/plain' }).end(body),
    (error: Error) => {
      const code = Number(/Code: (\d+)/.exec(error.message)?.[1] ?? 1001);
      response.writeHead(statusOf(code), { 'x-clickhouse-exception-code': String(code) }).end(error.message);
    },
  );
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.stdout.write(`${typeof address === 'object' && address ? address.port : ''}\n`);
});
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    server.closeAllConnections();
    server.close(() => {
      keeper.close();
      process.exit(0);
    });
  });
}
