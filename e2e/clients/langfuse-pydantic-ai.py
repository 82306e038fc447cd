"""Pydantic AI with a tool, instrumented beside Langfuse's SDK as its documentation shows."""
import json
import os

from langfuse import get_client, propagate_attributes
from pydantic_ai import Agent
from pydantic_ai.messages import ModelResponse
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.openai import OpenAIProvider

client = get_client()
Agent.instrument_all()
# Long enough that the model server reports a part of it as cached from the second call on.
rules = "Be brief, name the state of the parcel, promise nothing. " * 20
system = 'You answer customers of a shop.\nPlan: {"tools":["get_order"],"order":"NL-40711"}\n' + rules
model = OpenAIChatModel("gpt-4o-mini", provider=OpenAIProvider(base_url=os.environ["OPENAI_BASE_URL"]))
agent = Agent(model, name="support", instructions=system, model_settings={"temperature": 0.2})


@agent.tool_plain
def get_order(order_number: str) -> str:
    """Looks up an order"""
    return json.dumps({"number": order_number, "product": "Shell jacket", "status": "packed", "total": 189, "placed": "2026-03-01"})


with client.start_as_current_observation(name="request", as_type="span") as root:
    with propagate_attributes(user_id="user-pydantic", session_id="session-pydantic", tags=["pydantic"]):
        result = agent.run_sync("Where is my order NL-40711?")
client.flush()
client.shutdown()
calls = [
    {"model": m.model_name, "usage": {"input": m.usage.input_tokens, "output": m.usage.output_tokens, "cached": m.usage.cache_read_tokens}}
    for m in result.all_messages()
    if isinstance(m, ModelResponse)
]
print(json.dumps({"traceId": root.trace_id, "calls": calls, "answer": result.output}))
