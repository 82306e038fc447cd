import type { Message } from '../kit/model-client.ts';
import { exampleRequest, runExample } from '../kit/run-example.ts';
import { embedPolicies, supportTurn } from './agent.ts';
import { ANSWER_PROMPT_V3 } from './prompts.ts';

const questions =
  process.argv.length > 2
    ? process.argv.slice(2)
    : ['Where is my order NL-27094? We leave on Friday.', 'And how do I return it if it does not fit?', 'Thank you!'];

await runExample('support-api', async (runtime, telemetry) => {
  const request = exampleRequest('support-agent', 'example-customer');
  const options = {
    planner: { provider: 'openai', model: 'gpt-5-mini' } as const,
    answerer: { provider: 'anthropic', model: 'claude-sonnet-4-5' } as const,
    answerPrompt: ANSWER_PROMPT_V3,
    policyVectors: await embedPolicies(runtime),
    carrierFailures: 0.2,
  };
  const history: Message[] = [];
  for (const question of questions) {
    const answer = await supportTurn(runtime, request, options, history, question);
    history.push({ role: 'user', content: question }, { role: 'assistant', content: answer.text });
    console.log(`> ${question}\n${answer.text}\n  trace ${answer.traceId}\n`);
    await telemetry.score(answer.traceId, 'user-feedback', answer.outcome === 'answered' ? 1 : 0);
  }
});
