import { exampleRequest, runExample } from '../kit/run-example.ts';
import { prepareBrief, REVIEW_PROMPT_V1 } from './agent.ts';

const subject = process.argv[2] ?? 'Lofoten two-person tent';

await runExample('market-team', async (runtime) => {
  const options = {
    supervisor: { provider: 'openai', model: 'gpt-4.1' } as const,
    workers: { provider: 'anthropic', model: 'claude-sonnet-4-5' } as const,
    reviewPrompt: REVIEW_PROMPT_V1,
    maxRounds: 12,
  };
  const answer = await prepareBrief(runtime, exampleRequest('market-brief', 'example-manager'), options, subject);
  console.log(`${answer.text}\n  ${answer.rounds} rounds, trace ${answer.traceId}`);
});
