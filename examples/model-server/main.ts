import { startModelServer } from './server.ts';

const faults = Number(process.env.STAND_IN_FAULTS ?? 0);
const server = await startModelServer({
  port: Number(process.env.PORT ?? 8089),
  pace: Number(process.env.STAND_IN_PACE ?? 1),
  faults: { rateLimit: faults / 2, timeout: 0, overloaded: faults / 2 },
});
console.log(`Stand-in models at ${server.url}\n  OPENAI_BASE_URL=${server.url}/v1\n  ANTHROPIC_BASE_URL=${server.url}`);
