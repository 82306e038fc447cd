"""The OpenAI Agents SDK with a tool, instrumented beside Langfuse's SDK as its documentation shows."""
import json
import os

from agents import Agent, OpenAIChatCompletionsModel, Runner, function_tool
from langfuse import get_client, propagate_attributes
from openai import AsyncOpenAI
from openinference.instrumentation.openai_agents import OpenAIAgentsInstrumentor

client = get_client()
OpenAIAgentsInstrumentor().instrument()


@function_tool
def get_order(order_number: str) -> str:
    """Looks up an order"""
    return json.dumps({"number": order_number, "product": "Shell jacket", "status": "packed", "total": 189, "placed": "2026-03-01"})


# Long enough that the model server reports a part of it as cached from the second call on.
rules = "Be brief, name the state of the parcel, promise nothing. " * 20
system = 'You answer customers of a shop.\nPlan: {"tools":["get_order"],"order":"NL-40711"}\n' + rules
model = OpenAIChatCompletionsModel(model="gpt-4o-mini", openai_client=AsyncOpenAI(base_url=os.environ["OPENAI_BASE_URL"]))
agent = Agent(name="support", instructions=system, model=model, tools=[get_order])
with client.start_as_current_observation(name="request", as_type="span") as root:
    with propagate_attributes(user_id="user-agents", session_id="session-agents", tags=["agents"]):
        result = Runner.run_sync(agent, "Where is my order NL-40711?")
client.flush()
client.shutdown()
calls = [
    {"usage": {"input": r.usage.input_tokens, "output": r.usage.output_tokens, "cached": r.usage.input_tokens_details.cached_tokens}}
    for r in result.raw_responses
]
print(json.dumps({"traceId": root.trace_id, "calls": calls, "answer": result.final_output}))
