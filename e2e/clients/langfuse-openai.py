"""The drop-in for OpenAI of `langfuse` 3, 4 and 5: a tool, a stream, async, a structured answer, linked to a prompt."""
import asyncio
import json
import uuid

from langfuse import get_client
from langfuse.openai import AsyncOpenAI, openai
from pydantic import BaseModel

client = get_client()
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
about = {"langfuse_user_id": "user-dropin", "langfuse_session_id": "session-dropin", "langfuse_tags": ["drop-in"], "plan": "pro"}
calls = []


class Verdict(BaseModel):
    score: float
    reason: str


def told(answer):
    message = answer.choices[0].message
    calls.append({"model": answer.model, "usage": answer.usage.model_dump(), "content": message.content})
    return message


with client.start_as_current_observation(name="openai-drop-in", as_type="span") as root:
    messages = [{"role": "system", "content": prompt.compile(plan=plan, rules=rules)}, {"role": "user", "content": question}]
    while True:
        message = told(
            openai.chat.completions.create(
                name="answer", model="gpt-4o-mini", temperature=0.2, messages=messages, tools=tools, metadata=about, langfuse_prompt=prompt
            )
        )
        if not message.tool_calls:
            break
        result = {"role": "tool", "tool_call_id": message.tool_calls[0].id, "content": json.dumps(order)}
        messages += [message.model_dump(exclude_none=True), result]

    chunks = openai.chat.completions.create(
        name="streamed",
        model="gpt-5-mini",
        messages=[{"role": "user", "content": question}],
        stream=True,
        stream_options={"include_usage": True},
    )
    content, usage = "", None
    for chunk in chunks:
        content += (chunk.choices[0].delta.content or "") if chunk.choices else ""
        usage = chunk.usage or usage
    calls.append({"model": chunk.model, "usage": usage.model_dump(), "content": content})

    async def in_parallel():
        return await AsyncOpenAI().chat.completions.create(
            name="async", model="gpt-4o-mini", messages=[{"role": "user", "content": "Are you there?"}]
        )

    told(asyncio.run(in_parallel()))
    judge = [{"role": "system", "content": "You judge answers."}, {"role": "user", "content": "Question: Where? Answer: It is packed [1]."}]
    message = told(openai.chat.completions.parse(name="judge", model="gpt-4o-mini", messages=judge, response_format=Verdict))
    trace_id = root.trace_id
client.flush()
client.shutdown()
print(json.dumps({"traceId": trace_id, "calls": calls, "prompt": [name, prompt.version], "parsed": message.parsed.model_dump()}))
