"""The OpenAI Agents SDK with a tool, under its OpenInference instrumentation."""
import json
import os

from agents import Agent, OpenAIChatCompletionsModel, Runner, function_tool
from openai import AsyncOpenAI
from openinference.instrumentation.openai_agents import OpenAIAgentsInstrumentor
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

provider = TracerProvider()
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
trace.set_tracer_provider(provider)
OpenAIAgentsInstrumentor().instrument(tracer_provider=provider)


@function_tool
def get_order(order_number: str) -> str:
    """Looks up an order"""
    return json.dumps({"number": order_number, "product": "Shell jacket", "status": "packed", "total": 189, "placed": "2026-03-01"})


# Long enough that the model server reports a part of it as cached from the second call on.
rules = "Be brief, name the state of the parcel, promise nothing. " * 20
system = 'You answer customers of a shop.\nPlan: {"tools":["get_order"],"order":"NL-40711"}\n' + rules
model = OpenAIChatCompletionsModel(model="gpt-4o-mini", openai_client=AsyncOpenAI(api_key="none", base_url=os.environ["OPENAI_BASE_URL"]))
agent = Agent(name="support", instructions=system, model=model, tools=[get_order])
with trace.get_tracer("app").start_as_current_span("request") as root:
    context = root.get_span_context()
    result = Runner.run_sync(agent, "Where is my order NL-40711?")
provider.force_flush()
provider.shutdown()
calls = [{"usage": {"input": r.usage.input_tokens, "output": r.usage.output_tokens, "total": r.usage.total_tokens}} for r in result.raw_responses]
sent = {"traceId": format(context.trace_id, "032x"), "rootId": format(context.span_id, "016x"), "calls": calls, "answer": result.final_output}
print(json.dumps(sent))
