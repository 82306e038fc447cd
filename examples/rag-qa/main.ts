import type { Message } from '../kit/model-client.ts';
import { exampleRequest, runExample } from '../kit/run-example.ts';
import { answerFromHandbook, embedHandbook } from './agent.ts';

const questions =
  process.argv.length > 2
    ? process.argv.slice(2)
    : ['How many days of vacation do I have a year?', 'How many of them carry over to March?'];

await runExample('handbook-bot', async (runtime, telemetry) => {
  const request = exampleRequest('rag-qa', 'example-colleague');
  const options = {
    answerer: { provider: 'openai', model: 'gpt-4o-mini' } as const,
    judge: { provider: 'anthropic', model: 'claude-haiku-4-5' } as const,
    vectors: await embedHandbook(runtime),
  };
  const history: Message[] = [];
  for (const question of questions) {
    const answer = await answerFromHandbook(runtime, request, options, history, question);
    history.push({ role: 'user', content: question }, { role: 'assistant', content: answer.text });
    console.log(`> ${question}\n${answer.text}\n  trace ${answer.traceId}\n`);
    if (answer.grounding !== null) await telemetry.score(answer.traceId, 'groundedness', answer.grounding);
  }
});
