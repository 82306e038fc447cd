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
      FROM observations FINAL WHERE project_id = {projectId:String} AND start_time >= if((SELECT count() <= 50000 FROM observations WHERE project_id = {projectId:String} SETTINGS final = 0), fromUnixTimestamp64Micro({p0:Int64}, 'UTC'), fromUnixTimestamp64Micro({p1:Int64}, 'UTC')) AND start_time < if((SELECT count() <= 50000 FROM observations WHERE project_id = {projectId:String} SETTINGS final = 0), fromUnixTimestamp64Micro({p2:Int64}, 'UTC'), fromUnixTimestamp64Micro({p3:Int64}, 'UTC')) AND trace_id IN {p4:Array(String)} AND trace_id IN (SELECT trace_id FROM scores FINAL WHERE project_id = {projectId:String} AND trace_id != '' AND name = {p7:String} AND data_type IN ('NUMERIC', 'BOOLEAN') GROUP BY trace_id HAVING avg(value) < {p6:Float64}) AND trace_id IN (SELECT trace_id FROM observations FINAL WHERE project_id = {projectId:String} AND start_time >= if((SELECT count() <= 50000 FROM observations WHERE project_id = {projectId:String} SETTINGS final = 0), fromUnixTimestamp64Micro({p0:Int64}, 'UTC'), fromUnixTimestamp64Micro({p1:Int64}, 'UTC')) AND start_time < if((SELECT count() <= 50000 FROM observations WHERE project_id = {projectId:String} SETTINGS final = 0), fromUnixTimestamp64Micro({p2:Int64}, 'UTC'), fromUnixTimestamp64Micro({p3:Int64}, 'UTC')) AND ((hasAllTokens(input, {p9:String})) OR (hasAllTokens(output, {p10:String})) OR (hasAllTokens(name, {p11:String})) OR id = {p8:String} OR trace_id = {p8:String}))
      GROUP BY trace_id
      HAVING at >= {p12:Int64} AND at < {p13:Int64} AND countIf(type != 'TRACE' AND level = 'ERROR') > {p5:Float64}"
    `);
    expect(query.params).toMatchInlineSnapshot(`
      {
        "p0": -2208988800000000,
        "p1": 3600000000,
        "p10": "late order",
        "p11": "late order",
        "p12": 7200000000,
        "p13": 10800000000,
        "p2": 10413705600000000,
        "p3": 54000000000,
        "p4": [
          "t1",
        ],
        "p5": 0,
        "p6": 0.5,
        "p7": "quality",
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
      `"FROM observations FINAL WHERE project_id = {projectId:String} AND start_time >= fromUnixTimestamp64Micro({p2:Int64}, 'UTC') AND type != 'TRACE' AND (positionCaseInsensitiveUTF8(model, {p3:String}) > 0) AND (if((user_id != ''), user_id NOT IN {p5:Array(String)}, trace_id IN (SELECT trace_id FROM observations FINAL WHERE project_id = {projectId:String} AND start_time >= if((SELECT count() <= 50000 FROM observations WHERE project_id = {projectId:String} SETTINGS final = 0), fromUnixTimestamp64Micro({p0:Int64}, 'UTC'), fromUnixTimestamp64Micro({p1:Int64}, 'UTC')) GROUP BY trace_id HAVING argMaxIf(user_id, (start_time, id), user_id != '') NOT IN {p4:Array(String)}))) AND (metadata[{p6:String}] = {p7:String})"`,
    );
  });
});
