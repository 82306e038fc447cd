"""`langfuse` 2 for Python: the low-level client of the batch protocol, and the decorator."""
import json
import os
from datetime import datetime, timezone

from langfuse import Langfuse

client = Langfuse(
    public_key=os.environ["LANGFUSE_PUBLIC_KEY"],
    secret_key=os.environ["LANGFUSE_SECRET_KEY"],
    host=os.environ["LANGFUSE_HOST"],
    release="r42",
)
trace = client.trace(
    name="order-status",
    user_id="user-py",
    session_id="session-py",
    tags=["shop", "beta"],
    metadata={"plan": "pro", "nested": {"depth": 1}},
    version="1.2.3",
    input={"question": "Where is my order?"},
)
span = trace.span(name="lookup-order", input={"order": 4711})
span.end(output={"status": "shipped"}, level="WARNING", status_message="answered slowly")
generation = trace.generation(
    name="answer",
    model="gpt-4o-mini",
    model_parameters={"temperature": 0.2},
    input=[{"role": "user", "content": "Where is my order 4711?"}],
    metadata={"attempt": 1},
)
generation.update(completion_start_time=datetime.now(timezone.utc))
generation.end(output={"role": "assistant", "content": "It has shipped."}, usage_details={"input": 100, "output": 20, "total": 120})
embed = trace.generation(
    name="embed",
    model="our-own-model",
    input="order",
    usage_details={"input": 7},
    cost_details={"input": 0.5, "total": 0.75},
)
embed.end()
span.event(name="cache-miss", level="WARNING", status_message="not in cache")
trace.update(output={"answer": "It has shipped."})
trace.score(name="helpful", value=1, comment="good")
generation.score(name="tone", value="friendly")
trace.score(name="safe", value=1, data_type="BOOLEAN")
client.flush()
client.shutdown()
print(json.dumps({"traceId": trace.id, "toolId": span.id, "generationId": generation.id, "embedId": embed.id}))
