import { type ChatRequest, type ModelClient, ModelError } from '../kit/model-client.ts';
import type { Clock } from '../kit/runtime.ts';
import { countTokens, embed, think } from './brain.ts';

/** How often calls fail, each 0 to 1. */
export interface FaultRates {
  rateLimit: number;
  timeout: number;
  overloaded: number;
}

const FAULTS: [keyof FaultRates, delayMs: number, () => ModelError][] = [
  [
    'rateLimit',
    90,
    () => new ModelError(429, 'rate_limit_error', 'Rate limit reached for requests per minute. Please try again in 2s.'),
  ],
  ['timeout', 20_000, () => new ModelError(408, 'timeout', 'The model did not answer within 20000 ms.')],
  ['overloaded', 400, () => new ModelError(529, 'overloaded_error', 'The provider is overloaded at the moment.')],
];

/** Which fault, if any, a call meets. */
export function faultOf(random: () => number, rates: FaultRates): { delayMs: number; error: ModelError } | null {
  let drawn = random();
  for (const [name, delayMs, make] of FAULTS) {
    if (drawn < rates[name]) return { delayMs, error: make() };
    drawn -= rates[name];
  }
  return null;
}

/** The stand-in model without the server: for virtual time. Calls take as long on `clock` as they would take. */
export function inProcessModels(clock: Clock, random: () => number, rates: FaultRates): ModelClient {
  async function meetFault(): Promise<void> {
    const fault = faultOf(random, rates);
    if (!fault) return;
    await clock.sleep(fault.delayMs);
    throw fault.error;
  }
  return {
    chat: async (request: ChatRequest, onFirstToken) => {
      await meetFault();
      const thought = think(request);
      const pace = 0.8 + random() * 0.6 + (random() < 0.03 ? 2 * random() : 0);
      const first = Math.round(thought.firstTokenMs * pace);
      await clock.sleep(first);
      if (request.stream) onFirstToken?.();
      await clock.sleep(Math.round(thought.durationMs * pace) - first);
      return thought;
    },
    embed: async (_model, texts) => {
      await clock.sleep(35 + random() * 60);
      return { vectors: texts.map(embed), inputTokens: texts.reduce((sum, text) => sum + countTokens(text), 0) };
    },
  };
}
