"""Pydantic AI with its own instrumentation and a tool."""
import json
import os

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from pydantic_ai import Agent
from pydantic_ai.messages import ModelResponse
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.openai import OpenAIProvider

provider = TracerProvider()
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
trace.set_tracer_provider(provider)
Agent.instrument_all()
# Long enough that the model server reports a part of it as cached from the second call on.
rules = "Be brief, name the state of the parcel, promise nothing. " * 20
system = 'You answer customers of a shop.\nPlan: {"tools":["get_order"],"order":"NL-40711"}\n' + rules
model = OpenAIChatModel("gpt-4o-mini", provider=OpenAIProvider(api_key="none", base_url=os.environ["OPENAI_BASE_URL"]))
agent = Agent(model, name="support", system_prompt=system)


@agent.tool_plain
def get_order(order_number: str) -> str:
    """Looks up an order"""
    return json.dumps({"number": order_number, "product": "Shell jacket", "status": "packed", "total": 189, "placed": "2026-03-01"})


with trace.get_tracer("app").start_as_current_span("request") as root:
    context = root.get_span_context()
    result = agent.run_sync("Where is my order NL-40711?")
provider.force_flush()
provider.shutdown()
calls = [
    {"model": m.model_name, "usage": {"input": m.usage.input_tokens, "output": m.usage.output_tokens, "cached": m.usage.cache_read_tokens}}
    for m in result.all_messages()
    if isinstance(m, ModelResponse)
]
sent = {"traceId": format(context.trace_id, "032x"), "rootId": format(context.span_id, "016x"), "calls": calls, "answer": result.output}
print(json.dumps(sent))
