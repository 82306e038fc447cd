/**
 * The one template hole of the schema files: the cluster clause and the engine family. Four marks are known:
 *
 * - `{{table NAME}}`: the table that holds the rows, with the cluster clause. On a cluster that is `NAME_local`.
 * - `{{engine NAME(arguments)}}`: `NAME` on one machine, `ReplicatedNAME` on a cluster.
 * - `{{distributed NAME by EXPRESSION}}`: nothing on one machine; on a cluster the table over all shards that readers and writers use.
 *   The expression is a hash of the row's identity, so that versions of one row meet on one shard, which is what FINAL needs.
 * - `{{alter NAME: CHANGE}}`: `ALTER TABLE` of the table that holds the rows and, on a cluster, of the one over all shards.
 *
 * @param cluster name of the cluster, or undefined for one machine
 * @returns the statements of the file in order
 */
export function renderSchema(sql: string, cluster: string | undefined): string[] {
  const onCluster = cluster ? ` ON CLUSTER \`${cluster}\`` : '';
  const rendered = sql
    .replace(/^\s*--.*$/gm, '')
    .replace(/\{\{table (\w+)\}\}/g, (_, name) => `${localTable(name, cluster)}${onCluster}`)
    .replace(/\{\{engine (\w+)\(([^}]*)\)\}\}/g, (_, name, args) => `${cluster ? 'Replicated' : ''}${name}(${args})`)
    .replace(/\{\{distributed (\w+) by ([^}]+)\}\};?/g, (_, name, key) =>
      cluster
        ? `CREATE TABLE IF NOT EXISTS ${name}${onCluster} AS ${localTable(name, cluster)} ` +
          `ENGINE = Distributed(\`${cluster}\`, currentDatabase(), ${localTable(name, cluster)}, ${key});`
        : '',
    )
    .replace(/\{\{alter (\w+): ([^}]+)\}\};?/g, (_, name, change) =>
      (cluster ? [localTable(name, cluster), name] : [name])
        .map((table) => `ALTER TABLE ${table}${onCluster} ${change};\n`)
        .join(''),
    );
  const unknown = rendered.match(/\{\{[^}]*\}\}/);
  if (unknown) throw new Error(`Unknown mark ${unknown[0]} in a schema file`);
  return rendered
    .split(/;\s*(?:\n|$)/)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');
}

/** Name of the table that holds a table's rows on each machine: deletes and mutations go there. */
export function localTable(name: string, cluster: string | undefined): string {
  return cluster ? `${name}_local` : name;
}
