/** What `--only` may name. Traces bring their steps and scores, datasets their items and runs. */
export const PARTS = ['score-configs', 'models', 'prompts', 'datasets', 'queues', 'traces', 'comments', 'media'] as const;
export type Part = (typeof PARTS)[number];

/** What the report counts, in its order. */
export const KINDS = [
  'score configs',
  'models',
  'prompt versions',
  'datasets',
  'dataset items',
  'queues',
  'traces',
  'observations',
  'runs',
  'run items',
  'scores',
  'queue items',
  'comments',
  'media',
] as const;
export type Kind = (typeof KINDS)[number];
