"""LiteLLM with an integration with Langfuse: a tool, a stream and a failure. `litellm-langfuse.py <langfuse|langfuse_otel>`"""
import json
import sys
import uuid
from importlib.metadata import version

import litellm

how = sys.argv[1]
if how == "langfuse_otel":
    litellm.callbacks = ["langfuse_otel"]
else:
    litellm.success_callback = ["langfuse"]
    litellm.failure_callback = ["langfuse"]
# Long enough that the model server reports a part of it as cached from the second call on.
rules = "Be brief, name the state of the parcel, promise nothing. " * 20
system = 'You answer customers of a shop.\nPlan: {"tools":["get_order"],"order":"NL-40711"}\n' + rules
question = "Where is my order NL-40711?"
order = {"number": "NL-40711", "product": "Shell jacket", "status": "packed", "total": 189, "placed": "2026-03-01"}
parameters = {"type": "object", "properties": {"order_number": {"type": "string"}}, "required": ["order_number"]}
tools = [{"type": "function", "function": {"name": "get_order", "description": "Looks up an order", "parameters": parameters}}]
session_id = "session-litellm" if how == "langfuse" else "session-litellm-otel"
trace_id = uuid.uuid4().hex
about = {
    "trace_id": trace_id,
    "trace_name": "support",
    "trace_user_id": "user-litellm",
    "session_id": session_id,
    "tags": ["litellm"],
}
calls = []


def told(answer, name):
    message = answer.choices[0].message
    calls.append({"name": name, "model": answer.model, "usage": answer.usage.model_dump(), "content": message.content})
    return message


messages = [{"role": "system", "content": system}, {"role": "user", "content": question}]
while True:
    answer = litellm.completion(
        model="openai/gpt-4o-mini", temperature=0.2, messages=messages, tools=tools, metadata={**about, "generation_name": "answer"}
    )
    message = told(answer, "answer")
    if not message.tool_calls:
        break
    messages += [message.model_dump(exclude_none=True), {"role": "tool", "tool_call_id": message.tool_calls[0].id, "content": json.dumps(order)}]
stream = litellm.completion(
    model="openai/gpt-5-mini",
    messages=[{"role": "user", "content": question}],
    stream=True,
    stream_options={"include_usage": True},
    metadata={**about, "generation_name": "streamed"},
)
told(litellm.stream_chunk_builder(list(stream)), "streamed")
try:
    litellm.completion(
        model="openai/gpt-4o-mini",
        messages=[{"role": "user", "content": "Are you there?"}],
        api_base="http://127.0.0.1:9/v1",
        max_retries=0,
        metadata={**about, "generation_name": "unreachable"},
    )
except Exception as error:
    failure = type(error).__name__
# What is still to be sent is sent when the process ends.
sent = {"traceId": trace_id, "sessionId": session_id, "calls": calls}
# The older LiteLLM does not write a failure that has no answer.
if version("langfuse") >= "4":
    sent["failure"] = failure
print(json.dumps(sent))
