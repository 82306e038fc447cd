"""The OpenAI client under an instrumentation for OpenTelemetry: `openinference` or `openllmetry`, as the first argument says.

The model asks for a tool, then answers; another model reasons; a text is embedded.
"""
import json
import os
import sys

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

provider = TracerProvider()
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
trace.set_tracer_provider(provider)
if sys.argv[1] == "openinference":
    from openinference.instrumentation.openai import OpenAIInstrumentor
else:
    from opentelemetry.instrumentation.openai import OpenAIInstrumentor
OpenAIInstrumentor().instrument(tracer_provider=provider)

from openai import OpenAI

openai = OpenAI(api_key="none", base_url=os.environ["OPENAI_BASE_URL"])
# Long enough that the model server reports a part of it as cached from the second call on.
rules = "Be brief, name the state of the parcel, promise nothing. " * 20
system = 'You answer customers of a shop.\nPlan: {"tools":["get_order"],"order":"NL-40711"}\n' + rules
order = {"number": "NL-40711", "product": "Shell jacket", "status": "packed", "total": 189, "placed": "2026-03-01"}
parameters = {"type": "object", "properties": {"order_number": {"type": "string"}}, "required": ["order_number"]}
tools = [{"type": "function", "function": {"name": "get_order", "description": "Looks up an order", "parameters": parameters}}]
messages = [
    {"role": "system", "content": system},
    {"role": "user", "content": "Where is my order NL-40711?"},
]
calls = []
with trace.get_tracer("app").start_as_current_span("request") as root:
    context = root.get_span_context()
    while True:
        answer = openai.chat.completions.create(model="gpt-4o-mini", temperature=0.2, messages=messages, tools=tools)
        message = answer.choices[0].message
        asked = [call.model_dump() for call in message.tool_calls or []]
        calls.append({"model": answer.model, "usage": answer.usage.model_dump(), "content": message.content, "toolCalls": asked})
        if not asked:
            break
        messages.append({"role": "assistant", "content": message.content, "tool_calls": asked})
        messages.append({"role": "tool", "tool_call_id": asked[0]["id"], "content": json.dumps(order)})
    thought = openai.chat.completions.create(model="gpt-5-mini", messages=[{"role": "user", "content": "Is it cold?"}])
    calls.append({"model": thought.model, "usage": thought.usage.model_dump(), "content": thought.choices[0].message.content})
    embedded = openai.embeddings.create(model="text-embedding-3-small", input="shell jacket")
provider.force_flush()
provider.shutdown()
embedding = {"usage": embedded.usage.model_dump(), "model": embedded.model}
sent = {"traceId": format(context.trace_id, "032x"), "rootId": format(context.span_id, "016x"), "calls": calls, "embedding": embedding}
print(json.dumps(sent))
