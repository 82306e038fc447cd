"""The callback handler of `langfuse` 3, 4 and 5 under a chain with a linked prompt, a stream, and an agent of LangChain with a tool."""
import json
import uuid

from langchain.agents import create_agent
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI
from langfuse import get_client
from langfuse.langchain import CallbackHandler

client = get_client()
name = f"support-{uuid.uuid4().hex[:8]}"
client.create_prompt(name=name, prompt="Answer as {{tone}} as you can: {{question}}", labels=["production"])
prompt = client.get_prompt(name)
handler = CallbackHandler()
question = "Where is my order NL-40711?"
about = {"langfuse_user_id": "user-chain", "langfuse_session_id": "session-chain", "langfuse_tags": ["chain"]}
# Long enough that the model server reports a part of it as cached from the second call on.
rules = "Be brief, name the state of the parcel, promise nothing. " * 20
system = 'You answer customers of a shop.\nPlan: {"tools":["get_order"],"order":"NL-40711"}\n' + rules


@tool
def get_order(order_number: str) -> str:
    """Looks up an order"""
    return json.dumps({"number": order_number, "product": "Shell jacket", "status": "packed", "total": 189, "placed": "2026-03-01"})


model = ChatOpenAI(model="gpt-4o-mini", temperature=0.2, stream_usage=True)
calls = []


def told(message):
    calls.append({"model": message.response_metadata["model_name"], "usage": message.usage_metadata, "content": message.content})


with client.start_as_current_observation(name="support", as_type="span") as root:
    trace_id = root.trace_id
    agent = create_agent(model, tools=[get_order], system_prompt=system)
    config = {"callbacks": [handler], "metadata": about}
    result = agent.invoke({"messages": [{"role": "user", "content": question}]}, config=config)
    for message in result["messages"]:
        if message.type == "ai":
            told(message)
    template = ChatPromptTemplate.from_template(prompt.get_langchain_prompt())
    template.metadata = {"langfuse_prompt": prompt}
    told((template | model).invoke({"tone": "kindly", "question": question}, config=config))
    pieces = []
    for piece in (template | model).stream({"tone": "briefly", "question": question}, config=config):
        pieces.append(piece)
    whole = pieces[0]
    for piece in pieces[1:]:
        whole += piece
    told(whole)
client.flush()
client.shutdown()
print(json.dumps({"traceId": trace_id, "calls": calls, "prompt": [name, prompt.version]}))
