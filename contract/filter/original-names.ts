/**
 * Names of columns as Langfuse's pages print them, which its API takes in filters beside the ids. Those that are the id with spaces and
 * a unit ("Trace Name", "Latency (s)") follow from `nameKey`; these do not.
 */
export const ORIGINAL_NAMES = {
  traces: {
    '⭐️': 'bookmarked',
    'Scores (numeric)': 'scores_avg',
    'Scores (categorical)': 'score_categories',
    'Scores (boolean)': 'score_booleans',
    'Error Level Count': 'errorCount',
    'Warning Level Count': 'warningCount',
    'Default Level Count': 'defaultCount',
    'Debug Level Count': 'debugCount',
  },
  observations: {
    'Scores (numeric)': 'scores_avg',
    'Scores (categorical)': 'score_categories',
    'Scores (boolean)': 'score_booleans',
    'Trace Scores (numeric)': 'trace_scores_avg',
    'Trace Scores (categorical)': 'trace_score_categories',
    'Trace Scores (boolean)': 'trace_score_booleans',
    'Available Tools': 'toolDefinitions',
  },
  scores: { trace_tags: 'tags' },
} as const;

/** What two spellings of a name have in common: case and spaces do not count, nor does a unit in brackets at the end. */
export const nameKey = (name: string): string =>
  name
    .toLowerCase()
    .replace(/ \((s|\$)\)$/, '')
    .replaceAll(' ', '');
