"""The callback handler of `langfuse` 2 for Python under an agent of LangChain with a tool and a chain with a linked prompt."""
import json
import uuid

from langchain.agents import AgentExecutor, create_tool_calling_agent
from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI
from langfuse import Langfuse
from langfuse.callback import CallbackHandler

client = Langfuse()
name = f"support-{uuid.uuid4().hex[:8]}"
client.create_prompt(name=name, prompt="Answer as {{tone}} as you can: {{question}}", labels=["production"])
prompt = client.get_prompt(name)
question = "Where is my order NL-40711?"
trace = client.trace(name="support", user_id="user-chain", session_id="session-chain", tags=["chain"])
handler = CallbackHandler(stateful_client=trace)
# Long enough that the model server reports a part of it as cached from the second call on.
rules = "Be brief, name the state of the parcel, promise nothing. " * 20
system = 'You answer customers of a shop.\nPlan: {{"tools":["get_order"],"order":"NL-40711"}}\n' + rules
calls = []


class Teller(BaseCallbackHandler):
    """Notes what the model server reported."""

    def on_llm_end(self, response, **_):
        message = response.generations[0][0].message
        calls.append({"model": message.response_metadata["model_name"], "usage": message.usage_metadata, "content": message.content})


@tool
def get_order(order_number: str) -> str:
    """Looks up an order"""
    return json.dumps({"number": order_number, "product": "Shell jacket", "status": "packed", "total": 189, "placed": "2026-03-01"})


model = ChatOpenAI(model="gpt-4o-mini", temperature=0.2, stream_usage=True)
config = {"callbacks": [handler, Teller()]}
steps = ChatPromptTemplate.from_messages([("system", system), ("user", "{question}"), ("placeholder", "{agent_scratchpad}")])
agent = AgentExecutor(agent=create_tool_calling_agent(model, [get_order], steps), tools=[get_order])
agent.invoke({"question": question}, config=config)
template = ChatPromptTemplate.from_template(prompt.get_langchain_prompt())
template.metadata = {"langfuse_prompt": prompt}
(template | model).invoke({"tone": "kindly", "question": question}, config=config)
client.flush()
print(json.dumps({"traceId": trace.id, "calls": calls, "prompt": [name, prompt.version]}))
