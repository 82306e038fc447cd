import { shownLibrary } from '../support/compatibility.ts';
import { RUNS, type RunName } from './runs.ts';

/** What is read back of an integration's run. */
export interface Integration {
  run: RunName;
  /** Its row in the table of compatibility. */
  shown: { client: string; version: string };
  /** Outline of the steps; siblings in any order. */
  steps: string[];
  /** Fields of the trace. */
  trace: Record<string, unknown>;
  /** Whether the library passes on which tokens came from a cache. */
  tellsCached: boolean;
  /** Its usage has the details inside the sums as well: kept as it was sent, charged once. */
  overlaps?: boolean;
  /** Tokens of the embedding; counted by us where the library tells none. */
  embedding?: number;
  temperature?: number;
  /** Names of the generations that tell when their first chunk came. Absent: not looked at. */
  streams?: string[];
  /** Names of the generations that are linked to the prompt, in order of start. Absent: prompts are not linked by this run. */
  linked?: string[];
  /** What the step of the tool was given back, when the library keeps it as it was. */
  toolOutput?: unknown;
}

const ORDER = { number: 'NL-40711', product: 'Shell jacket', status: 'packed', total: 189, placed: '2026-03-01' };

const times = (count: number, step: string): string[] => Array.from({ length: count }, () => step);
const deeper = (steps: readonly string[]): string[] => steps.map((step) => `  ${step}`);
const request = { name: 'request', userId: null, tags: [] };
const of = (name: string, kind: string, root = name) => ({
  name: root,
  userId: `user-${kind}`,
  sessionId: `session-${kind}`,
  tags: [kind],
});
const dropIn = { ...of('openai-drop-in', 'dropin'), tags: ['drop-in'] };

const graph = (step: string, condition: string, tool = 'TOOL') => [
  `  ${step} answer`,
  '    GENERATION ChatOpenAI',
  `    ${step} ${condition}`,
  `  ${step} tools`,
  `    ${tool} get_order`,
  `  ${step} answer`,
  '    GENERATION ChatOpenAI',
  `    ${step} ${condition}`,
];

/** LangChain's own agent, a chain, and in the newer generations a chain that streams. */
const agentAndChains = [
  'SPAN support',
  '  CHAIN LangGraph',
  ...times(2, '    CHAIN model').flatMap((step) => [step, '      GENERATION ChatOpenAI']),
  '    CHAIN tools',
  '      TOOL get_order',
  ...times(2, '  CHAIN RunnableSequence').flatMap((step) => [step, '    CHAIN ChatPromptTemplate', '    GENERATION ChatOpenAI']),
];

const executorTurn = [
  'SPAN RunnableSequence',
  '  SPAN RunnableAssign<agent_scratchpad>',
  '    SPAN RunnableParallel<agent_scratchpad>',
  '      SPAN RunnableLambda',
  '  SPAN ChatPromptTemplate',
  '  GENERATION ChatOpenAI',
  '  SPAN ToolsAgentOutputParser',
];

const agentsTurns = [
  'AGENT Agent workflow',
  '  CHAIN Agent workflow',
  '    AGENT support',
  '      CHAIN turn',
  '        GENERATION generation',
  '        TOOL get_order',
  '      CHAIN turn',
  '        GENERATION generation',
];

const reactTurn = (branch: string, ...written: string[]) => [
  'SPAN agent',
  '  SPAN RunnableSequence',
  '    SPAN prompt',
  '    GENERATION ChatOpenAI',
  ...written.map((name) => `  SPAN ${name}`),
  `  SPAN ${branch}`,
];

const pythonDropIn = (run: RunName, linked = ['answer', 'answer']): Integration => ({
  run,
  shown: shownLibrary(RUNS[run].client, 'langfuse', 'langfuse.openai (Python)'),
  steps: [
    'SPAN openai-drop-in',
    ...deeper(['GENERATION answer', 'GENERATION answer', 'GENERATION streamed', 'GENERATION async']),
    '  GENERATION judge',
  ],
  trace: dropIn,
  tellsCached: true,
  temperature: 0.2,
  linked,
});

const pythonChain = (run: RunName): Integration => ({
  run,
  shown: shownLibrary(RUNS[run].client, 'langfuse', 'langfuse.langchain (Python)'),
  steps: agentAndChains,
  trace: of('support', 'chain'),
  tellsCached: true,
  temperature: 0.2,
  linked: ['ChatOpenAI', 'ChatOpenAI'],
});

const pythonGraph = (run: RunName): Integration => ({
  run,
  shown: shownLibrary(RUNS[run].client, 'langfuse', 'langfuse.langchain with LangGraph (Python)'),
  steps: ['CHAIN support-graph', ...graph('CHAIN', 'tools_condition')],
  trace: of('support-graph', 'graph'),
  tellsCached: true,
  temperature: 0.2,
});

const jsDropIn = (run: RunName): Integration => ({
  run,
  shown: shownLibrary(RUNS[run].client, '@langfuse/openai'),
  steps: ['SPAN openai-drop-in', ...times(3, '  GENERATION drop-in')],
  trace: dropIn,
  tellsCached: true,
  temperature: 0.2,
});

const jsGraph = (run: RunName, tool: string): Integration => ({
  run,
  shown: shownLibrary(RUNS[run].client, '@langfuse/langchain'),
  steps: ['SPAN support-graph', '  SPAN __start__', ...graph('SPAN', 'RunnableLambda', tool)],
  trace: of('support-graph', 'chain'),
  tellsCached: true,
  temperature: 0.2,
});

export const INTEGRATIONS: readonly Integration[] = [
  // The OpenAI drop-ins of Langfuse's SDKs
  {
    run: 'langfuse-js-3-openai',
    shown: shownLibrary('langfuse-js-3', 'langfuse', 'observeOpenAI of langfuse (JavaScript)'),
    steps: ['GENERATION answer', 'GENERATION answer', 'GENERATION streamed'],
    trace: dropIn,
    tellsCached: true,
    overlaps: true,
    temperature: 0.2,
    linked: ['answer', 'answer'],
  },
  jsDropIn('langfuse-js-4-openai'),
  jsDropIn('langfuse-js-5-openai'),
  {
    ...pythonDropIn('langfuse-python-2-openai'),
    steps: ['GENERATION answer', 'GENERATION answer', 'GENERATION streamed', 'GENERATION async'],
  },
  pythonDropIn('langfuse-python-3-openai'),
  pythonDropIn('langfuse-python-4-openai'),
  pythonDropIn('langfuse-python-5-openai'),

  // LangChain and LangGraph
  {
    run: 'langfuse-js-3-langchain',
    shown: shownLibrary('langfuse-js-3', 'langfuse-langchain'),
    steps: [
      'SPAN support-graph',
      ...deeper(['SPAN __start__', '  SPAN ChannelWrite<...>', '  SPAN ChannelWrite<branch:to:agent>']),
      ...deeper(reactTurn('Branch<agent,tools,__end__>', 'ChannelWrite<...>')),
      ...deeper(['SPAN tools', '  SPAN get_order', '  SPAN ChannelWrite<branch:to:agent>', '  SPAN ChannelWrite<...>']),
      ...deeper(reactTurn('Branch<agent,tools,__end__>', 'ChannelWrite<...>')),
      ...['SPAN RunnableSequence', '  SPAN ChatPromptTemplate', '  GENERATION ChatOpenAI'],
    ],
    trace: of('support', 'chain'),
    tellsCached: true,
    temperature: 0.2,
    linked: ['ChatOpenAI'],
  },
  jsGraph('langfuse-js-4-langchain', 'SPAN'),
  jsGraph('langfuse-js-5-langchain', 'TOOL'),
  {
    ...pythonChain('langfuse-python-2-langchain'),
    shown: shownLibrary('langfuse-python-2', 'langfuse', 'langfuse.callback for LangChain (Python)'),
    steps: [
      ...['SPAN AgentExecutor', ...deeper(executorTurn), '  SPAN get_order', ...deeper(executorTurn)],
      ...['SPAN RunnableSequence', '  SPAN ChatPromptTemplate', '  GENERATION ChatOpenAI'],
    ],
    linked: ['ChatOpenAI'],
    toolOutput: ORDER,
  },
  pythonChain('langfuse-python-3-langchain'),
  pythonChain('langfuse-python-4-langchain'),
  pythonChain('langfuse-python-5-langchain'),
  pythonGraph('langgraph-python'),
  pythonGraph('langgraph-python-4'),

  // The AI SDK of Vercel
  {
    run: 'langfuse-js-3-vercel',
    shown: shownLibrary('langfuse-js-3', 'langfuse-vercel'),
    steps: [
      'SPAN answer',
      '  GENERATION ai.generateText.doGenerate',
      '  SPAN ai.toolCall get_order',
      '  GENERATION ai.generateText.doGenerate',
      'SPAN streamed',
      '  GENERATION ai.streamText.doStream',
    ],
    trace: { userId: 'user-ai', sessionId: 'session-ai', tags: ['ai'] },
    tellsCached: false,
    temperature: 0.2,
    linked: ['ai.generateText.doGenerate', 'ai.generateText.doGenerate'],
    toolOutput: ORDER,
  },
  {
    run: 'vercel-ai',
    shown: shownLibrary('vercel-ai', 'ai', 'ai, its telemetry over OTLP'),
    steps: [
      'SPAN request',
      '  SPAN order-status:ai.generateText',
      '    GENERATION order-status:ai.generateText.doGenerate',
      '    TOOL get_order',
      '    GENERATION order-status:ai.generateText.doGenerate',
      '  SPAN order-status:ai.streamText',
      '    GENERATION order-status:ai.streamText.doStream',
    ],
    trace: of('request', 'ai'),
    tellsCached: false,
    temperature: 0.2,
    toolOutput: ORDER,
  },
  {
    run: 'vercel-ai-7',
    shown: shownLibrary('frameworks-js', 'ai', 'ai with @langfuse/vercel-ai-sdk'),
    steps: [
      'SPAN request',
      '  AGENT invoke_agent gpt-4o-mini',
      '    SPAN step 1',
      '      GENERATION chat gpt-4o-mini',
      '      TOOL get_order',
      '    SPAN step 2',
      '      GENERATION chat gpt-4o-mini',
      '  AGENT invoke_agent gpt-5-mini',
      '    SPAN step 1',
      '      GENERATION chat gpt-5-mini',
    ],
    trace: of('request', 'ai'),
    tellsCached: true,
    temperature: 0.2,
    streams: ['chat gpt-5-mini'],
    linked: ['chat gpt-4o-mini', 'chat gpt-4o-mini'],
    toolOutput: ORDER,
  },

  // LiteLLM; its way over OTLP makes a trace of every call and has a test of its own
  {
    run: 'litellm-langfuse-2',
    shown: shownLibrary('langfuse-python-2', 'litellm', 'litellm, success_callback langfuse'),
    steps: ['GENERATION answer', 'GENERATION answer', 'GENERATION streamed'],
    trace: of('support', 'litellm'),
    tellsCached: true,
    temperature: 0.2,
  },
  {
    run: 'litellm-langfuse',
    shown: shownLibrary('litellm-python', 'litellm', 'litellm, success_callback langfuse'),
    steps: ['GENERATION answer', 'GENERATION answer', 'GENERATION streamed', 'GENERATION unreachable'],
    trace: of('support', 'litellm'),
    tellsCached: true,
    temperature: 0.2,
  },

  // Agents
  {
    run: 'openai-agents',
    shown: shownLibrary('otel-python', 'openai-agents', 'openai-agents, OpenInference over OTLP'),
    steps: ['SPAN request', ...deeper(agentsTurns)],
    trace: request,
    tellsCached: false,
    toolOutput: ORDER,
  },
  {
    run: 'langfuse-openai-agents',
    shown: shownLibrary('langfuse-python-5', 'openai-agents', 'openai-agents with langfuse (Python)'),
    steps: ['SPAN request', ...deeper(agentsTurns)],
    trace: of('request', 'agents'),
    tellsCached: false,
    toolOutput: ORDER,
  },
  {
    run: 'openai-agents-js',
    shown: shownLibrary('frameworks-js', '@openai/agents', '@openai/agents with @langfuse/otel'),
    steps: ['SPAN request', ...deeper(agentsTurns)],
    trace: of('request', 'agents'),
    tellsCached: true,
    toolOutput: ORDER,
  },
  {
    run: 'pydantic-ai',
    shown: shownLibrary('otel-python', 'pydantic-ai-slim', 'pydantic-ai over OTLP'),
    steps: [
      'SPAN request',
      '  AGENT support run',
      '    GENERATION chat gpt-4o-mini',
      '    TOOL get_order',
      '    GENERATION chat gpt-4o-mini',
    ],
    trace: request,
    tellsCached: true,
    toolOutput: ORDER,
  },
  {
    run: 'langfuse-pydantic-ai',
    shown: shownLibrary('langfuse-python-5', 'pydantic-ai-slim', 'pydantic-ai with langfuse (Python)'),
    steps: [
      'SPAN request',
      '  AGENT support run',
      '    GENERATION chat gpt-4o-mini',
      '    TOOL get_order',
      '    GENERATION chat gpt-4o-mini',
    ],
    trace: of('request', 'pydantic'),
    tellsCached: true,
    temperature: 0.2,
    toolOutput: ORDER,
  },

  // Instrumentations of OpenAI's client
  {
    run: 'openinference-js',
    shown: shownLibrary('otel-js', '@arizeai/openinference-instrumentation-openai'),
    steps: ['SPAN request', ...times(3, '  GENERATION OpenAI Chat Completions'), '  EMBEDDING OpenAI Embeddings'],
    trace: request,
    tellsCached: true,
    embedding: 2,
    temperature: 0.2,
  },
  {
    run: 'openllmetry-js',
    shown: shownLibrary('otel-js', '@traceloop/instrumentation-openai'),
    steps: ['SPAN request', ...times(2, '  GENERATION chat gpt-4o-mini'), '  GENERATION chat gpt-5-mini'],
    trace: request,
    tellsCached: false,
    temperature: 0.2,
  },
  {
    run: 'openinference-python',
    shown: shownLibrary('otel-python', 'openinference-instrumentation-openai'),
    steps: ['SPAN request', ...times(3, '  GENERATION ChatCompletion'), '  EMBEDDING CreateEmbeddings'],
    trace: request,
    tellsCached: true,
    embedding: 3,
    temperature: 0.2,
  },
  {
    run: 'openllmetry-python',
    shown: shownLibrary('otel-python', 'opentelemetry-instrumentation-openai'),
    steps: ['SPAN request', ...times(3, '  GENERATION openai.chat'), '  EMBEDDING openai.embeddings'],
    trace: request,
    tellsCached: true,
    embedding: 3,
    temperature: 0.2,
  },
];
