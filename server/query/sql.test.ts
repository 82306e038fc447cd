import { describe, expect, it } from 'vitest';
import { observationSet } from './observation-set.ts';
import { ProjectQuery } from './scope.ts';
import { TRACE_FOLD } from './trace-fold-sql.ts';
import { traceSet } from './trace-set.ts';

/** How questions are written; a change here should be meant. */
describe('the SQL of', () => {
  it('a filtered trace list', () => {
    const query = new ProjectQuery('p');
    const sql = traceSet(
      query,
      { from: 7200e6, to: 10800e6 },
      {
        search: 'late order',
        filter: [
          { type: 'stringOptions', column: 'id', operator: 'any of', value: ['t1'] },
          { type: 'number', column: 'errorCount', operator: '>', value: 0 },
          { type: 'numberObject', column: 'scores_avg', key: 'quality', operator: '<', value: 0.5 },
        ],
      },
    );
    const found =
      '(((hasAllTokens(input, {p7:String})) OR (hasAllTokens(output, {p8:String})) OR (hasAllTokens(name, {p9:String}))) OR id = {p6:String} OR trace_id = {p6:String})';
    expect(sql.replace(TRACE_FOLD.timestamp, 'TIMESTAMP').replace(found, 'FOUND')).toMatchInlineSnapshot(`
      "SELECT trace_id, toUnixTimestamp64Micro(TIMESTAMP) AS at
      FROM observations FINAL WHERE project_id = {projectId:String} AND start_time >= fromUnixTimestamp64Micro({p0:Int64}, 'UTC') AND start_time < fromUnixTimestamp64Micro({p1:Int64}, 'UTC') AND trace_id IN {p2:Array(String)} AND trace_id IN (SELECT trace_id FROM scores FINAL WHERE project_id = {projectId:String} AND trace_id != '' AND name = {p5:String} AND data_type IN ('NUMERIC', 'BOOLEAN') GROUP BY trace_id HAVING avg(value) < {p4:Float64}) AND trace_id IN (SELECT trace_id FROM observations FINAL WHERE project_id = {projectId:String} AND start_time >= fromUnixTimestamp64Micro({p0:Int64}, 'UTC') AND start_time < fromUnixTimestamp64Micro({p1:Int64}, 'UTC') AND ((hasAllTokens(input, {p7:String})) OR (hasAllTokens(output, {p8:String})) OR (hasAllTokens(name, {p9:String})) OR id = {p6:String} OR trace_id = {p6:String}))
      GROUP BY trace_id
      HAVING at >= {p10:Int64} AND at < {p11:Int64} AND countIf(type != 'TRACE' AND level = 'ERROR') > {p3:Float64}"
    `);
    expect(query.params).toMatchInlineSnapshot(`
      {
        "p0": 3600000000,
        "p1": 54000000000,
        "p10": 7200000000,
        "p11": 10800000000,
        "p2": [
          "t1",
        ],
        "p3": 0,
        "p4": 0.5,
        "p5": "quality",
        "p6": "late order",
        "p7": "late order",
        "p8": "late order",
        "p9": "late order",
        "projectId": "p",
      }
    `);
  });

  it('a filtered observation list', () => {
    const query = new ProjectQuery('p');
    const sql = observationSet(
      query,
      { from: 0 },
      {
        filter: [
          { type: 'string', column: 'model', operator: 'contains', value: 'GPT' },
          { type: 'stringOptions', column: 'userId', operator: 'none of', value: ['bob'] },
          { type: 'stringObject', column: 'metadata', key: 'region', operator: '=', value: 'eu' },
        ],
      },
    );
    expect(sql).toMatchInlineSnapshot(
      `"FROM observations FINAL WHERE project_id = {projectId:String} AND start_time >= fromUnixTimestamp64Micro({p1:Int64}, 'UTC') AND type != 'TRACE' AND (positionCaseInsensitiveUTF8(model, {p2:String}) > 0) AND (if((user_id != ''), user_id NOT IN {p4:Array(String)}, trace_id IN (SELECT trace_id FROM observations FINAL WHERE project_id = {projectId:String} AND start_time >= fromUnixTimestamp64Micro({p0:Int64}, 'UTC') GROUP BY trace_id HAVING argMaxIf(user_id, (start_time, id), user_id != '') NOT IN {p3:Array(String)}))) AND (metadata[{p5:String}] = {p6:String})"`,
    );
  });
});
