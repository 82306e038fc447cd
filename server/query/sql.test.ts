import { describe, expect, it } from 'vitest';
import { observationSet } from './observation-set.ts';
import { ProjectQuery } from './scope.ts';
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
    expect(sql.replace(found, 'FOUND')).toMatchInlineSnapshot(`
      "SELECT trace_id, toUnixTimestamp64Micro(timestamp) AS at
      FROM traces FINAL WHERE project_id = {projectId:String} AND timestamp >= fromUnixTimestamp64Micro({p8:Int64}, 'UTC') AND timestamp < fromUnixTimestamp64Micro({p9:Int64}, 'UTC') AND (trace_id IN {p10:Array(String)}) AND (error_count > {p11:Float64}) AND (trace_id IN (SELECT trace_id FROM scores FINAL WHERE project_id = {projectId:String} AND trace_id != '' AND name = {p13:String} AND data_type IN ('NUMERIC', 'BOOLEAN') GROUP BY trace_id HAVING avg(value) < {p12:Float64})) AND trace_id IN (SELECT trace_id FROM observations FINAL WHERE project_id = {projectId:String} AND start_time >= if((SELECT count() <= 50000 FROM observations WHERE project_id = {projectId:String} SETTINGS final = 0), fromUnixTimestamp64Micro({p4:Int64}, 'UTC'), fromUnixTimestamp64Micro({p5:Int64}, 'UTC')) AND start_time < if((SELECT count() <= 50000 FROM observations WHERE project_id = {projectId:String} SETTINGS final = 0), fromUnixTimestamp64Micro({p6:Int64}, 'UTC'), fromUnixTimestamp64Micro({p7:Int64}, 'UTC')) AND ((hasAllTokens(input, {p1:String})) OR (hasAllTokens(output, {p2:String})) OR (hasAllTokens(name, {p3:String})) OR id = {p0:String} OR trace_id = {p0:String}))"
    `);
    expect(query.params).toMatchInlineSnapshot(`
      {
        "p0": "late order",
        "p1": "late order",
        "p10": [
          "t1",
        ],
        "p11": 0,
        "p12": 0.5,
        "p13": "quality",
        "p2": "late order",
        "p3": "late order",
        "p4": -2208988800000000,
        "p5": 3600000000,
        "p6": 10413705600000000,
        "p7": 54000000000,
        "p8": 7200000000,
        "p9": 10800000000,
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
      `"FROM observations FINAL WHERE project_id = {projectId:String} AND start_time >= fromUnixTimestamp64Micro({p2:Int64}, 'UTC') AND type != 'TRACE' AND (positionCaseInsensitiveUTF8(model, {p3:String}) > 0) AND (if((user_id != ''), user_id NOT IN {p5:Array(String)}, trace_id IN (SELECT trace_id FROM traces FINAL WHERE project_id = {projectId:String} AND user_id NOT IN {p4:Array(String)}))) AND (metadata[{p6:String}] = {p7:String})"`,
    );
  });
});
