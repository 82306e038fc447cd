"""The drop-in for OpenAI of `langfuse` 2 for Python: a tool, a stream, async, linked to a prompt."""
import asyncio
import json
import uuid

from langfuse import Langfuse
from langfuse.openai import AsyncOpenAI, openai

client = Langfuse()
name = f"support-{uuid.uuid4().hex[:8]}"
# Long enough that the model server reports a part of it as cached from the second call on.
rules = "Be brief, name the state of the parcel, promise nothing. " * 20
plan = '{"tools":["get_order"],"order":"NL-40711"}'
client.create_prompt(name=name, prompt="You answer customers of a shop.\nPlan: {{plan}}\n{{rules}}", labels=["production"])
prompt = client.get_prompt(name)
question = "Where is my order NL-40711?"
order = {"number": "NL-40711", "product": "Shell jacket", "status": "packed", "total": 189, "placed": "2026-03-01"}
parameters = {"type": "object", "properties": {"order_number": {"type": "string"}}, "required": ["order_number"]}
tools = [{"type": "function", "function": {"name": "get_order", "description": "Looks up an order", "parameters": parameters}}]
trace = client.trace(name="openai-drop-in")
about = {
    "trace_id": trace.id,
    "user_id": "user-dropin",
    "session_id": "session-dropin",
    "tags": ["drop-in"],
    "metadata": {"plan": "pro"},
}
calls = []


def told(answer):
    message = answer.choices[0].message
    calls.append({"model": answer.model, "usage": answer.usage.model_dump(), "content": message.content})
    return message


messages = [{"role": "system", "content": prompt.compile(plan=plan, rules=rules)}, {"role": "user", "content": question}]
while True:
    message = told(
        openai.chat.completions.create(
            name="answer", model="gpt-4o-mini", temperature=0.2, messages=messages, tools=tools, langfuse_prompt=prompt, **about
        )
    )
    if not message.tool_calls:
        break
    messages += [message.model_dump(exclude_none=True), {"role": "tool", "tool_call_id": message.tool_calls[0].id, "content": json.dumps(order)}]

chunks = openai.chat.completions.create(
    name="streamed",
    model="gpt-5-mini",
    messages=[{"role": "user", "content": question}],
    stream=True,
    stream_options={"include_usage": True},
    **about,
)
content, usage = "", None
for chunk in chunks:
    content += (chunk.choices[0].delta.content or "") if chunk.choices else ""
    usage = chunk.usage or usage
calls.append({"model": chunk.model, "usage": usage.model_dump(), "content": content})


async def in_parallel():
    return await AsyncOpenAI().chat.completions.create(
        name="async", model="gpt-4o-mini", messages=[{"role": "user", "content": "Are you there?"}], **about
    )


told(asyncio.run(in_parallel()))
openai.flush_langfuse()
client.flush()
print(json.dumps({"traceId": trace.id, "calls": calls, "prompt": [name, prompt.version]}))
