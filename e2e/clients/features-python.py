"""What the documentation of `langfuse` 3, 4 and 5 for Python shows beside tracing, one feature a run: `features-python.py <feature> <suffix>`.

Prints what the client itself saw, for the test to compare with what was sent and with what the server holds.
"""
import base64
import json
import os
import sys
from datetime import datetime, timedelta, timezone

from langfuse import Langfuse
from langfuse.media import LangfuseMedia

feature, suffix = sys.argv[1], sys.argv[2]
client = Langfuse(
    public_key=os.environ["LANGFUSE_PUBLIC_KEY"],
    secret_key=os.environ["LANGFUSE_SECRET_KEY"],
    host=os.environ["LANGFUSE_HOST"],
)
seen = {"auth": client.auth_check()}


def prompts():
    name = f"folder {suffix}/grüße? #1"
    first = client.create_prompt(
        name=name, prompt="Hello {{name}}", labels=["production"], tags=["shop"], config={"temperature": 0.3}, commit_message="first"
    )
    fetched = client.get_prompt(name)
    seen["first"] = [first.version, first.labels, fetched.prompt, fetched.compile(name="Ada"), fetched.config, fetched.tags]
    second = client.create_prompt(name=name, prompt="Hi {{name}}", labels=["staging"])
    seen["second"] = [second.version, second.labels]
    seen["cached"] = client.get_prompt(name).version
    seen["byLabel"] = client.get_prompt(name, label="staging").prompt
    seen["byVersion"] = client.get_prompt(name, version=1).prompt
    client.update_prompt(name=name, version=2, new_labels=["production", "reviewed"])
    client.clear_prompt_cache()
    moved = client.get_prompt(name)
    seen["moved"] = [moved.version, sorted(moved.labels)]
    chat = client.create_prompt(
        name=f"chat-{suffix}",
        type="chat",
        labels=["production"],
        prompt=[
            {"role": "system", "content": "You help with {{topic}}."},
            {"type": "placeholder", "name": "history"},
            {"role": "user", "content": "{{question}}"},
        ],
    )
    got = client.get_prompt(f"chat-{suffix}", type="chat")
    seen["chat"] = got.compile(topic="orders", question="Where?", history=[{"role": "user", "content": "before"}])
    fallback = client.get_prompt(f"absent-{suffix}", fallback="Fallback {{name}}", max_retries=0)
    seen["fallback"] = [fallback.compile(name="Ada"), fallback.is_fallback]
    try:
        client.get_prompt(f"absent-{suffix}", max_retries=0)
    except Exception as error:
        seen["absent"] = type(error).__name__
    listed = client.api.prompts.list(name=name)
    seen["listed"] = [[one.name, one.versions, sorted(one.labels), one.tags] for one in listed.data]
    seen["total"] = listed.meta.total_items
    client.api.prompts.delete(f"chat-{suffix}")
    seen["left"] = client.api.prompts.list(name=f"chat-{suffix}").meta.total_items


def linked():
    name = f"linked-{suffix}"
    client.create_prompt(name=name, prompt="Answer {{question}}", labels=["production"])
    client.create_prompt(name=name, prompt="Answer kindly {{question}}", labels=["production"])
    prompt = client.get_prompt(name)
    with client.start_as_current_observation(name="ask", as_type="generation", model="gpt-4o-mini", prompt=prompt) as generation:
        seen["linked"] = [generation.trace_id, generation.id]
    with client.start_as_current_observation(name="ask-later", as_type="generation", model="gpt-4o-mini") as generation:
        client.update_current_generation(prompt=client.get_prompt(name, version=1))
        seen["later"] = [generation.trace_id, generation.id]
    fallback = client.get_prompt(f"absent-{suffix}", fallback="x", max_retries=0)
    with client.start_as_current_observation(name="ask-fallback", as_type="generation", model="gpt-4o-mini", prompt=fallback) as generation:
        seen["fallback"] = [generation.trace_id, generation.id]


def scores():
    with client.start_as_current_observation(name="scored", as_type="span") as root:
        seen["trace"] = root.trace_id
        client.score_current_trace(name="overall", value=0.75, comment="fine", metadata={"by": "test"})
        with client.start_as_current_observation(name="step", as_type="span") as step:
            seen["step"] = step.id
            client.score_current_span(name="step-ok", value=1, data_type="BOOLEAN")
            step.score(name="tone", value="friendly", data_type="CATEGORICAL")
    client.create_score(trace_id=seen["trace"], name="note", value="well said", data_type="TEXT")
    client.create_score(trace_id=seen["trace"], name="twice", value=1, score_id=f"score-{suffix}")
    client.flush()
    client.create_score(trace_id=seen["trace"], name="twice", value=2, score_id=f"score-{suffix}")
    client.create_score(session_id=f"session-{suffix}", name="csat", value=4, data_type="NUMERIC")
    client.flush()


def media():
    png = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==") + suffix.encode()
    image = LangfuseMedia(content_bytes=png, content_type="image/png")
    uri = "data:text/plain;base64," + base64.b64encode(f"plain {suffix}".encode()).decode()
    with client.start_as_current_observation(name="pictures", as_type="span", input={"picture": image, "text": uri}) as root:
        root.update(output="seen", metadata={"copy": LangfuseMedia(content_bytes=png, content_type="image/png")})
        seen["trace"], seen["span"] = root.trace_id, root.id
    client.flush()


def media_read():
    reference = sys.argv[3]
    parsed = LangfuseMedia.parse_reference_string(reference)
    seen["parsed"] = [parsed["content_type"], parsed["source"]]
    got = client.api.media.get(parsed["media_id"])
    seen["got"] = [got.media_id == parsed["media_id"], got.content_type, got.content_length]
    resolved = client.resolve_media_references(obj={"a": [reference]}, resolve_with="base64_data_uri")
    seen["resolved"] = resolved["a"][0]


def datasets():
    name = f"cities {suffix}/ü"
    client.create_dataset(
        name=name,
        description="capitals",
        metadata={"owner": "test"},
        input_schema={"type": "object", "required": ["country"]},
    )
    first = client.create_dataset_item(dataset_name=name, id=f"item-1-{suffix}", input={"country": "France"}, expected_output="Paris", metadata={"n": 1})
    client.create_dataset_item(dataset_name=name, id=f"item-2-{suffix}", input={"country": "Japan"}, expected_output="Kyoto")
    try:
        client.create_dataset_item(dataset_name=name, input="no object")
    except Exception as error:
        seen["refused"] = getattr(error, "status_code", None)
    before = client.get_dataset(name)
    seen["first"] = [before.name, before.description, before.metadata, [[i.id, i.input, i.expected_output, i.status.value if hasattr(i.status, "value") else i.status] for i in before.items]]
    moment = max(item.updated_at for item in before.items)
    client.create_dataset_item(dataset_name=name, id=f"item-2-{suffix}", input={"country": "Japan"}, expected_output="Tokyo")
    seen["now"] = [[i.id, i.expected_output] for i in client.get_dataset(name).items]
    if "version" in Langfuse.get_dataset.__kwdefaults__:
        seen["atVersion"] = [[i.id, i.expected_output] for i in client.get_dataset(name, version=moment + timedelta(milliseconds=1)).items]
    client.api.dataset_items.delete(f"item-1-{suffix}")
    seen["left"] = [i.id for i in client.get_dataset(name).items]
    for number in range(55):
        client.create_dataset_item(dataset_name=name, input={"country": str(number)})
    seen["paged"] = len(client.get_dataset(name).items)
    try:
        client.get_dataset(f"absent-{suffix}")
    except Exception as error:
        seen["absent"] = getattr(error, "status_code", type(error).__name__)


def reads():
    api = client.api
    trace_id = sys.argv[3]
    since, until = datetime.now(timezone.utc) - timedelta(hours=1), datetime.now(timezone.utc) + timedelta(minutes=1)
    observations = getattr(api, "observations_v_2", None) or api.observations
    many = observations.get_many(trace_id=trace_id, fields="core,basic,io,usage,metadata,model")
    seen["observations"] = sorted([one["name"], one["type"], one["input"]] if isinstance(one, dict) else [one.name, one.type, one.input] for one in many.data)
    query = json.dumps(
        {
            "view": "observations",
            "dimensions": [{"field": "name"}],
            "metrics": [{"measure": "count", "aggregation": "count"}, {"measure": "totalTokens", "aggregation": "sum"}],
            "filters": [{"column": "traceId", "operator": "=", "value": trace_id, "type": "string"}],
            "fromTimestamp": since.isoformat(),
            "toTimestamp": until.isoformat(),
        }
    )
    metrics = getattr(api, "metrics_v_2", None) or api.metrics
    rows = metrics.metrics(query=query).data
    seen["metrics"] = sorted([row["name"], int(row["count_count"]), int(row["sum_totalTokens"])] for row in rows)
    if hasattr(api.trace, "get"):
        trace = api.trace.get(trace_id)
        seen["trace"] = [trace.name, trace.user_id, trace.session_id, trace.tags, len(trace.observations), len(trace.scores), trace.html_path]
        seen["traces"] = [one.id for one in api.trace.list(user_id=trace.user_id, session_id=trace.session_id, limit=10).data]
        legacy = api.observations if hasattr(api, "observations_v_2") else api.legacy.observations_v1
        seen["legacy"] = sorted(one.name for one in legacy.get_many(trace_id=trace_id).data)
        session = api.sessions.get(trace.session_id)
        seen["session"] = [session.id, [one.id for one in session.traces]]
        seen["sessions"] = trace.session_id in [one.id for one in api.sessions.list(limit=50).data]
        scores = getattr(api, "score_v_2", None)
        found = (scores.get if scores else api.scores.get_many)(trace_id=trace_id)
        seen["scores"] = sorted([one.name, one.data_type, getattr(one, "value", None)] for one in found.data)
        old_metrics = api.metrics if hasattr(api, "metrics_v_2") else api.legacy.metrics_v1
        old = old_metrics.metrics(query=query.replace('"observations"', '"traces"').replace('"traceId"', '"id"').replace('"totalTokens"', '"observationsCount"')).data
        seen["oldMetrics"] = [[row["name"], int(row["count_count"]), int(row["sum_observationsCount"])] for row in old]
    v3 = api.scores_v3.get_many_v3 if hasattr(api, "scores_v3") else None if hasattr(api, "score_v_2") else api.scores.get_many
    if v3:
        seen["scores3"] = sorted([one.name, one.value] for one in v3(trace_id=trace_id).data)
    seen["models"] = api.models.list(limit=1).meta.total_items > 100
    every = 0
    for page in range(1, 6):
        every += len(api.models.list(page=page, limit=100).data)
    seen["allModels"] = every == api.models.list(limit=1).meta.total_items
    queues = api.annotation_queues.list_queues()
    seen["queues"] = queues.meta.total_items
    seen["health"] = api.health.health().status
    project = api.projects.get().data[0]
    seen["project"] = [project.id, project.name]
    deleted = api.trace.delete(trace_id)
    seen["deleted"] = bool(deleted.message)


{
    "prompts": prompts,
    "linked-prompts": linked,
    "scores": scores,
    "media": media,
    "media-read": media_read,
    "datasets": datasets,
    "reads": reads,
}[feature]()
client.flush()
client.shutdown()
print(json.dumps(seen, default=str))
