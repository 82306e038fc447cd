/** A dialect of spans, the names that README and `docs/compatibility.md` give it, and the tests that prove what is said of it. */
export interface Dialect {
  name: string;
  /** Files below `server/ingest`. */
  tests: readonly string[];
}

/** What the two documents may name: a dialect without a test is not named. */
export const DIALECTS: readonly Dialect[] = [
  { name: 'Langfuse SDKs of every generation', tests: ['dialects/langfuse.test.ts', 'dialects/captured.test.ts'] },
  {
    name: 'OpenTelemetry GenAI conventions in all their forms',
    tests: ['dialects/gen-ai.test.ts', 'dialects/gen-ai-events.test.ts', 'dialects/first-token.test.ts', 'logs/logs.test.ts'],
  },
  {
    name: 'OpenInference',
    tests: ['dialects/openinference.test.ts', 'dialects/captured.test.ts', 'dialects/frameworks.test.ts'],
  },
  { name: 'OpenLLMetry', tests: ['dialects/traceloop.test.ts', 'dialects/captured.test.ts'] },
  { name: 'Vercel AI SDK', tests: ['dialects/vercel-ai.test.ts', 'dialects/captured.test.ts'] },
  { name: 'Logfire and Pydantic AI', tests: ['dialects/logfire.test.ts', 'dialects/captured.test.ts'] },
  { name: 'LangSmith', tests: ['dialects/langsmith.test.ts', 'dialects/frameworks.test.ts'] },
  { name: 'LiveKit', tests: ['dialects/livekit.test.ts', 'dialects/frameworks.test.ts'] },
  { name: 'MLflow', tests: ['dialects/mlflow.test.ts', 'dialects/frameworks.test.ts'] },
  { name: 'Mastra', tests: ['dialects/mastra.test.ts', 'dialects/frameworks.test.ts'] },
  { name: 'AG2', tests: ['dialects/ag2.test.ts', 'dialects/frameworks.test.ts'] },
  { name: 'Strands', tests: ['dialects/gen-ai-events.test.ts', 'dialects/frameworks.test.ts'] },
  { name: 'Google ADK', tests: ['dialects/google-adk.test.ts'] },
  { name: 'Genkit', tests: ['dialects/genkit.test.ts'] },
  { name: 'Semantic Kernel', tests: ['dialects/semantic-kernel.test.ts'] },
  { name: 'Flue', tests: ['dialects/flue.test.ts'] },
];
