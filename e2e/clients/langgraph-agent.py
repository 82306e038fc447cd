"""LangGraph with a chat model and a node of tools, under the callback handler of `langfuse` 3 for Python."""
import json
import os

from langchain_core.tools import tool
from langchain_openai import ChatOpenAI
from langfuse import Langfuse
from langfuse.langchain import CallbackHandler
from langgraph.graph import START, MessagesState, StateGraph
from langgraph.prebuilt import ToolNode, tools_condition

client = Langfuse(
    public_key=os.environ["LANGFUSE_PUBLIC_KEY"],
    secret_key=os.environ["LANGFUSE_SECRET_KEY"],
    host=os.environ["LANGFUSE_HOST"],
)
handler = CallbackHandler()


@tool
def get_order(order_number: str) -> str:
    """Looks up an order"""
    return json.dumps({"number": order_number, "product": "Shell jacket", "status": "packed", "total": 189, "placed": "2026-03-01"})


# Long enough that the model server reports a part of it as cached from the second call on.
rules = "Be brief, name the state of the parcel, promise nothing. " * 20
system = 'You answer customers of a shop.\nPlan: {"tools":["get_order"],"order":"NL-40711"}\n' + rules
model = ChatOpenAI(model="gpt-4o-mini", temperature=0.2, api_key="none", base_url=os.environ["OPENAI_BASE_URL"]).bind_tools([get_order])
graph = StateGraph(MessagesState)
graph.add_node("answer", lambda state: {"messages": [model.invoke(state["messages"])]})
graph.add_node("tools", ToolNode([get_order]))
graph.add_edge(START, "answer")
graph.add_conditional_edges("answer", tools_condition)
graph.add_edge("tools", "answer")
result = graph.compile().invoke(
    {
        "messages": [
            ("system", system),
            ("user", "Where is my order NL-40711?"),
        ]
    },
    config={
        "callbacks": [handler],
        "run_name": "support-graph",
        "metadata": {"langfuse_user_id": "user-graph", "langfuse_session_id": "session-graph", "langfuse_tags": ["graph"]},
    },
)
client.flush()
client.shutdown()
calls = [
    {"model": m.response_metadata["model_name"], "usage": m.usage_metadata, "content": m.content, "toolCalls": m.tool_calls}
    for m in result["messages"]
    if m.type == "ai"
]
print(json.dumps({"traceId": handler.last_trace_id, "calls": calls}))
