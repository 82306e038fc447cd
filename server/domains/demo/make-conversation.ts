import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import type { ChatRequest, Message } from '../../../examples/kit/model-client.ts';
import { hash, pick, pickWeighted, seededRandom } from '../../../examples/kit/random.ts';
import { type Clock, type Runtime, virtualClock } from '../../../examples/kit/runtime.ts';
import type { RequestInfo } from '../../../examples/kit/spans.ts';
import { countTokens } from '../../../examples/model-server/brain.ts';
import { inProcessModels } from '../../../examples/model-server/in-process-client.ts';
import { answerFromHandbook } from '../../../examples/rag-qa/agent.ts';
import { prepareBrief, REVIEW_PROMPT_V1, REVIEW_PROMPT_V2 } from '../../../examples/supervisor/agent.ts';
import { type SupportAnswer, supportTurn } from '../../../examples/support-agent/agent.ts';
import { briefSubject, feedbackComment, handbookConversation, supportConversation } from './conversations.ts';
import { PEOPLE, type Person } from './people.ts';
import { type Environment, story } from './story.ts';
import type { VirtualTracing } from './virtual-tracer.ts';

/** A score as the Langfuse batch protocol carries it. */
export interface ScoreEvent {
  id: string;
  type: 'score-create';
  timestamp: string;
  body: {
    id: string;
    traceId: string;
    name: string;
    value: number | string;
    dataType: 'NUMERIC' | 'BOOLEAN' | 'CATEGORICAL';
    environment: string;
    comment?: string;
  };
}

export interface Turn {
  spans: ReadableSpan[];
  scores: ScoreEvent[];
  /** When its last span ended, ms. */
  end: number;
}

export interface Stage {
  /** The moment before which everything happens, ms. */
  now: number;
  tracing: VirtualTracing;
  policyVectors: number[][];
  handbookVectors: number[][];
}

/** What one conversation is made of; everything random in it follows from `seed`. */
interface Cast {
  stage: Stage;
  seed: string;
  random: () => number;
  clock: Clock;
  person: Person;
  environment: Environment;
  sessionId: string;
}

type Model = Pick<ChatRequest, 'provider' | 'model'>;
const SUPPORT_MODELS: [Model, number][] = [
  [{ provider: 'openai', model: 'gpt-4o' }, 50],
  [{ provider: 'anthropic', model: 'claude-sonnet-4-5' }, 32],
  [{ provider: 'openai', model: 'gpt-4.1-mini' }, 18],
];
const HANDBOOK_MODELS: [Model, number][] = [
  [{ provider: 'gcp.gemini', model: 'gemini-2.5-flash' }, 45],
  [{ provider: 'openai', model: 'gpt-4o-mini' }, 55],
];

function runtimeOf({ stage, random, clock }: Cast, service: string): Runtime {
  const ago = stage.now - clock.now();
  return { tracer: stage.tracing.tracer(service), clock, random, models: inProcessModels(clock, random, story.faults(ago)) };
}

function requestOf(
  { stage, clock, person, environment, sessionId, random }: Cast,
  traceName: string,
  tags: string[],
): RequestInfo {
  const release = story.release(stage.now - clock.now());
  const build = hash(release) % 0xffffff;
  return {
    traceName,
    userId: person.id,
    sessionId,
    environment,
    release,
    version: `${release}+${build.toString(16)}`,
    tags: [...tags, pick(random, ['web', 'web', 'app'])],
  };
}

/** A score some time after the trace; null when that would be in the future. */
function scoreOf(
  cast: Cast,
  traceId: string,
  name: string,
  value: ScoreEvent['body']['value'],
  dataType: ScoreEvent['body']['dataType'],
  delayMs: number,
  comment = '',
): ScoreEvent[] {
  const at = Math.round(cast.clock.now() + delayMs);
  if (at > cast.stage.now) return [];
  const id = `${traceId}-${name}`;
  return [
    {
      id,
      type: 'score-create',
      timestamp: new Date(at).toISOString(),
      body: { id, traceId, name, value, dataType, environment: cast.environment, ...(comment ? { comment } : {}) },
    },
  ];
}

const rounded = (value: number) => Math.round(Math.min(Math.max(value, 0), 1) * 100) / 100;

/** How well a customer is served: answers that are no answer, tools that failed, and long-winded texts cost the most. */
function helpfulness(random: () => number, answer: SupportAnswer): number {
  if (answer.outcome === 'failed') return rounded(0.05 + random() * 0.1);
  const longWinded = countTokens(answer.text) > 120 ? 0.27 : 0;
  return rounded(0.9 - longWinded - (answer.toolFailed ? 0.3 : 0) + (random() - 0.5) * 0.2);
}

function judgeSupport(cast: Cast, answer: SupportAnswer): ScoreEvent[] {
  const { random } = cast;
  if (answer.outcome === 'blocked') return [];
  const scores: ScoreEvent[] = [];
  const value = helpfulness(random, answer);
  if (random() < 0.65) scores.push(...scoreOf(cast, answer.traceId, 'helpfulness', value, 'NUMERIC', 4000 + random() * 8000));
  if (random() < 0.2) {
    const up = random() < value ** 1.3;
    const comment = feedbackComment(random, up);
    scores.push(...scoreOf(cast, answer.traceId, 'user-feedback', up ? 1 : 0, 'BOOLEAN', 15_000 + random() * 90_000, comment));
  }
  return scores;
}

async function* support(cast: Cast): AsyncGenerator<ScoreEvent[]> {
  const { random, clock, stage, person, environment } = cast;
  const answerer = pickWeighted(seededRandom(person.id), SUPPORT_MODELS);
  const history: Message[] = [];
  for (const question of supportConversation(random, person.language)) {
    const ago = stage.now - clock.now();
    const options = {
      planner: { provider: 'openai', model: 'gpt-5-mini' } as const,
      answerer,
      answerPrompt: story.answerPrompt(ago, environment),
      policyVectors: stage.policyVectors,
      carrierFailures: story.carrierFailures(ago),
    };
    const request = requestOf(cast, 'support-agent', ['support', person.language]);
    const answer = await supportTurn(runtimeOf(cast, 'support-api'), request, options, history, question);
    history.push({ role: 'user', content: question }, { role: 'assistant', content: answer.text });
    yield judgeSupport(cast, answer);
    if (answer.outcome !== 'answered') return;
    await clock.sleep(20_000 + random() * 100_000);
  }
}

async function* handbook(cast: Cast): AsyncGenerator<ScoreEvent[]> {
  const { random, clock, stage, person } = cast;
  const options = {
    answerer: pickWeighted(random, HANDBOOK_MODELS),
    judge: { provider: 'anthropic', model: 'claude-haiku-4-5' } as const,
    vectors: stage.handbookVectors,
  };
  const history: Message[] = [];
  for (const question of handbookConversation(random, person.language)) {
    const request = requestOf(cast, 'rag-qa', ['handbook', person.language]);
    const answer = await answerFromHandbook(runtimeOf(cast, 'handbook-bot'), request, options, history, question);
    history.push({ role: 'user', content: question }, { role: 'assistant', content: answer.text });
    const scores: ScoreEvent[] = [];
    if (answer.grounding !== null) {
      scores.push(...scoreOf(cast, answer.traceId, 'groundedness', rounded(answer.grounding - random() * 0.08), 'NUMERIC', 500));
      if (random() < 0.12)
        scores.push(
          ...scoreOf(
            cast,
            answer.traceId,
            'user-feedback',
            random() < answer.grounding - 0.08 ? 1 : 0,
            'BOOLEAN',
            20_000 + random() * 60_000,
          ),
        );
    }
    yield scores;
    await clock.sleep(15_000 + random() * 60_000);
  }
}

async function* team(cast: Cast, runaway: boolean): AsyncGenerator<ScoreEvent[]> {
  const { random } = cast;
  const request = requestOf(cast, 'market-brief', ['brief', ...(runaway ? ['scheduled'] : [])]);
  const answer = await prepareBrief(
    runtimeOf(cast, 'market-team'),
    request,
    {
      supervisor: { provider: 'openai', model: 'gpt-4.1' },
      workers: { provider: 'anthropic', model: 'claude-sonnet-4-5' },
      reviewPrompt: runaway ? REVIEW_PROMPT_V2 : REVIEW_PROMPT_V1,
      maxRounds: runaway ? 50 : 12,
    },
    briefSubject(random),
  );
  yield scoreOf(
    cast,
    answer.traceId,
    'verdict',
    runaway ? 'stopped' : random() < 0.9 ? 'published' : 'reworked',
    'CATEGORICAL',
    60_000 + random() * 600_000,
  );
}

/** One conversation from its first word to its last, turn by turn. */
export async function* makeConversation(stage: Stage, seed: string, start: number, runaway: boolean): AsyncGenerator<Turn> {
  const random = seededRandom(seed);
  stage.tracing.seedIds(seed);
  const person = PEOPLE[Math.floor(PEOPLE.length * random() ** 1.5)]!;
  const environment: Environment = !runaway && random() < 0.07 ? 'staging' : 'production';
  const clock = virtualClock(start);
  const sessionId = `session-${hash(seed).toString(36)}`;
  const cast: Cast = {
    stage,
    seed,
    random,
    clock,
    person: runaway ? { id: 'scheduler', language: 'en' } : person,
    environment,
    sessionId,
  };
  const drawn = random();
  const turns = runaway || drawn > 0.95 ? team(cast, runaway) : drawn > 0.63 ? handbook(cast) : support(cast);
  for await (const scores of turns) {
    const spans = stage.tracing.take();
    const end = Math.max(...spans.map((span) => span.endTime[0] * 1000 + span.endTime[1] / 1e6));
    // What would end after now has not happened yet.
    if (end > stage.now) return;
    yield { spans, scores, end };
  }
}
