"""`langfuse` 3 and 4 for Python: decorator, context managers, trace attributes, scores."""
import json
import os

from langfuse import Langfuse, observe

client = Langfuse(
    public_key=os.environ["LANGFUSE_PUBLIC_KEY"],
    secret_key=os.environ["LANGFUSE_SECRET_KEY"],
    host=os.environ["LANGFUSE_HOST"],
    environment="staging",
    release="r42",
)
sent = {}
about = {"user_id": "user-py", "session_id": "session-py", "tags": ["shop", "beta"], "metadata": {"plan": "pro"}, "version": "1.2.3"}


@observe(name="lookup-order", as_type="tool")
def lookup(order):
    sent["toolId"] = client.get_current_observation_id()
    return {"status": "shipped", "order": order}


def work():
    with client.start_as_current_observation(name="order-status", as_type="span") as root:
        if hasattr(root, "update_trace"):
            root.update_trace(**about)
        root.update(input={"question": "Where is my order?"}, output={"answer": "It has shipped."})
        sent["traceId"], sent["rootId"] = root.trace_id, root.id
        lookup(4711)
        with client.start_as_current_observation(
            name="answer",
            as_type="generation",
            model="gpt-4o-mini",
            model_parameters={"temperature": 0.2},
            input=[{"role": "user", "content": "Where is my order 4711?"}],
        ) as generation:
            generation.update(
                output={"role": "assistant", "content": "It has shipped."},
                usage_details={"input": 100, "output": 20, "total": 120},
                metadata={"attempt": 1},
            )
            sent["generationId"] = generation.id
            generation.score(name="tone", value="friendly")
        root.score_trace(name="helpful", value=1, comment="good")


try:
    from langfuse import propagate_attributes
except ImportError:
    propagate_attributes = None
if propagate_attributes is not None:
    with propagate_attributes(**about):
        work()
else:
    work()
client.flush()
client.shutdown()
print(json.dumps(sent))
