import { parseFilter } from '../../../../contract/filter/parse.ts';
import { printFilter } from '../../../../contract/filter/print.ts';
import { type SamplingRule, type SamplingSettings, SETTLE_SECONDS } from '../../../../contract/sampling.ts';

/** What a rule matches, as one chooses it. */
export type MatchChoice = 'errors' | 'slow-90' | 'slow-95' | 'slow-99' | 'filter';

/** A rule as it is typed. */
export interface RuleDraft {
  /** Of this form only: rules have no ids. */
  key: number;
  name: string;
  match: MatchChoice;
  /** The text of a search box. */
  filter: string;
  /** Percent of the matches. */
  keep: string;
}

export interface SamplingDraft {
  enabled: boolean;
  rules: RuleDraft[];
  /** Percent of everything else. */
  rest: string;
  settleMinutes: string;
}

/** Of a field: `rules.<index>.<field>`, `rest`, `settleMinutes`. */
export type Problems = Readonly<Record<string, string>>;

let keys = 0;
export const newRule = (rule: Partial<RuleDraft> = {}): RuleDraft => ({
  ...{ key: ++keys, name: '', match: 'filter', filter: '', keep: '100' },
  ...rule,
});

/** Without the noise of binary fractions: 0.07 is 7, not 7.000000000000001. */
const percentOf = (share: number): string => String(Number((share * 100).toPrecision(12)));

/** Settings as a form shows them. */
export function draftOf({ enabled, rules, rest, settleSeconds }: SamplingSettings): SamplingDraft {
  return {
    enabled,
    rest: percentOf(rest),
    settleMinutes: String(Number((settleSeconds / 60).toPrecision(12))),
    rules: rules.map(({ name, match, keep }) =>
      newRule({
        name,
        keep: percentOf(keep),
        match: match.kind === 'slow' ? `slow-${match.percentile}` : match.kind,
        filter: match.kind === 'filter' ? printFilter(match.filter) : '',
      }),
    ),
  };
}

/** The settings that a form means, or what is wrong with it. */
export function settingsOf(draft: SamplingDraft): { settings: SamplingSettings } | { problems: Problems } {
  const problems: Record<string, string> = {};
  const shareOf = (typed: string, field: string): number => {
    const percent = typed.trim() === '' ? Number.NaN : Number(typed.trim().replace(/%$/, ''));
    if (!(percent >= 0 && percent <= 100)) problems[field] = 'From 0 to 100 percent.';
    return Number((percent / 100).toPrecision(12));
  };
  const rules = draft.rules.map((rule, i): SamplingRule => {
    const name = rule.name.trim();
    if (name === '') problems[`rules.${i}.name`] = 'A rule needs a name: it is counted under it.';
    else if (draft.rules.some((other, j) => j < i && other.name.trim() === name))
      problems[`rules.${i}.name`] = 'Another rule has this name.';
    return {
      name,
      match: matchOf(rule, (problem) => (problems[`rules.${i}.filter`] = problem)),
      keep: shareOf(rule.keep, `rules.${i}.keep`),
    };
  });
  const rest = shareOf(draft.rest, 'rest');
  const settleSeconds = Math.round(Number(draft.settleMinutes) * 60);
  if (draft.settleMinutes.trim() === '' || !(settleSeconds >= SETTLE_SECONDS.min && settleSeconds <= SETTLE_SECONDS.max))
    problems.settleMinutes = 'From 1 minute to 1,440, a day.';
  return Object.keys(problems).length > 0 ? { problems } : { settings: { enabled: draft.enabled, rules, rest, settleSeconds } };
}

function matchOf({ match, filter }: RuleDraft, refuse: (problem: string) => void): SamplingRule['match'] {
  if (match === 'errors') return { kind: 'errors' };
  if (match !== 'filter') return { kind: 'slow', percentile: Number(match.slice('slow-'.length)) as 90 | 95 | 99 };
  const { conditions, search, errors } = parseFilter('traces', filter);
  if (errors[0]) refuse(errors[0].message);
  else if (search !== '') refuse(`“${search}” is a word to look for. A rule takes conditions, like user:ada or tag:beta.`);
  else if (conditions.length === 0) refuse('Conditions as in the list of traces, like user:ada, tag:beta or score.quality:<0.5.');
  return { kind: 'filter', filter: conditions };
}

/** Rules with one moved by `by` places, as far as there are places. */
export function moved<Rule>(rules: readonly Rule[], from: number, by: number): Rule[] {
  const to = Math.min(Math.max(from + by, 0), rules.length - 1);
  const next = [...rules];
  next.splice(to, 0, ...next.splice(from, 1));
  return next;
}

/** Kept and dropped by rule over all days and keys, in the order of the first mention. */
export function totalsByRule<Count extends { rule: string; kept: number; dropped: number }>(counts: readonly Count[]) {
  return [...Map.groupBy(counts, ({ rule }) => rule)].map(([rule, group]) => ({
    rule,
    kept: group.reduce((sum, { kept }) => sum + kept, 0),
    dropped: group.reduce((sum, { dropped }) => sum + dropped, 0),
  }));
}
