"""`langfuse` 3 and 4 for Python: decorator, context managers, trace attributes, scores."""
import json
import os
from datetime import datetime, timezone

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
    client.update_current_span(level="WARNING", status_message="answered slowly")
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
                completion_start_time=datetime.now(timezone.utc),
            )
            sent["generationId"] = generation.id
            generation.score(name="tone", value="friendly")
        with client.start_as_current_observation(
            name="check",
            as_type="guardrail",
            input="It has shipped.",
        ) as check:
            check.update(output="fine")
            sent["checkId"] = check.id
        with client.start_as_current_observation(name="embed", as_type="embedding", model="our-own-model", input="order") as embed:
            embed.update(usage_details={"input": 7}, cost_details={"input": 0.5, "total": 0.75})
            sent["embedId"] = embed.id
        root.score_trace(name="helpful", value=1, comment="good")
        root.score_trace(name="safe", value=1, data_type="BOOLEAN")


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
