"""What the documentation of `langfuse` 2 for Python shows beside tracing, one feature a run: `features-python-2.py <feature> <suffix>`."""
import base64
import json
import os
import sys

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
    # Its update puts the name into the path as it is: no `?`, no `#`.
    name = f"folder {suffix}/grüße"
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
    moved = client.get_prompt(name, cache_ttl_seconds=0)
    seen["moved"] = [moved.version, sorted(moved.labels)]
    client.create_prompt(
        name=f"chat-{suffix}",
        type="chat",
        labels=["production"],
        prompt=[{"role": "system", "content": "You help with {{topic}}."}, {"role": "user", "content": "{{question}}"}],
    )
    seen["chat"] = client.get_prompt(f"chat-{suffix}", type="chat").compile(topic="orders", question="Where?")
    fallback = client.get_prompt(f"absent-{suffix}", fallback="Fallback {{name}}", max_retries=1)
    seen["fallback"] = [fallback.compile(name="Ada"), fallback.is_fallback]
    try:
        client.get_prompt(f"absent-{suffix}", max_retries=1)
    except Exception as error:
        seen["absent"] = type(error).__name__
    listed = client.client.prompts.list(name=name)
    seen["listed"] = [[one.name, one.versions, sorted(one.labels), one.tags] for one in listed.data]


def linked():
    name = f"linked-{suffix}"
    client.create_prompt(name=name, prompt="Answer {{question}}", labels=["production"])
    client.create_prompt(name=name, prompt="Answer kindly {{question}}", labels=["production"])
    trace = client.trace(name="asking")
    generation = trace.generation(name="ask", model="gpt-4o-mini", prompt=client.get_prompt(name))
    generation.end(output="yes")
    seen["linked"] = [trace.id, generation.id]
    later = trace.generation(name="ask-later", model="gpt-4o-mini")
    later.end(output="yes", prompt=client.get_prompt(name, version=1))
    seen["later"] = [trace.id, later.id]
    fallback = trace.generation(
        name="ask-fallback", model="gpt-4o-mini", prompt=client.get_prompt(f"absent-{suffix}", fallback="x", max_retries=1)
    )
    fallback.end(output="yes")
    seen["fallback"] = [trace.id, fallback.id]


def scores():
    trace = client.trace(name="scored")
    step = trace.span(name="step")
    seen["trace"], seen["step"] = trace.id, step.id
    trace.score(name="overall", value=0.75, comment="fine")
    step.score(name="step-ok", value=1, data_type="BOOLEAN")
    step.score(name="tone", value="friendly", data_type="CATEGORICAL")
    step.end()
    client.score(trace_id=trace.id, name="twice", value=1, id=f"score-{suffix}")
    client.flush()
    client.score(trace_id=trace.id, name="twice", value=2, id=f"score-{suffix}")


def media():
    png = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==") + suffix.encode()
    uri = "data:text/plain;base64," + base64.b64encode(f"plain {suffix}".encode()).decode()
    trace = client.trace(name="pictures")
    span = trace.span(
        name="pictures",
        input={"picture": LangfuseMedia(content_bytes=png, content_type="image/png"), "text": uri},
        metadata={"copy": LangfuseMedia(content_bytes=png, content_type="image/png")},
    )
    span.end(output="seen")
    seen["trace"], seen["span"] = trace.id, span.id


def media_read():
    reference = sys.argv[3]
    parsed = LangfuseMedia.parse_reference_string(reference)
    seen["parsed"] = [parsed["content_type"], parsed["source"]]
    got = client.fetch_media(parsed["media_id"]).data
    seen["got"] = [got.media_id == parsed["media_id"], got.content_type, got.content_length]
    seen["resolved"] = client.resolve_media_references(obj={"a": [reference]}, resolve_with="base64_data_uri")["a"][0]


def datasets():
    name = f"cities {suffix}/ü"
    client.create_dataset(name=name, description="capitals", metadata={"owner": "test"})
    client.create_dataset_item(dataset_name=name, id=f"item-1-{suffix}", input={"country": "France"}, expected_output="Paris", metadata={"n": 1})
    client.create_dataset_item(dataset_name=name, id=f"item-2-{suffix}", input={"country": "Japan"}, expected_output="Kyoto")
    before = client.get_dataset(name)
    seen["first"] = [before.name, before.description, before.metadata, [[i.id, i.input, i.expected_output, i.status.value] for i in before.items]]
    client.create_dataset_item(dataset_name=name, id=f"item-2-{suffix}", input={"country": "Japan"}, expected_output="Tokyo")
    seen["now"] = [[i.id, i.expected_output] for i in client.get_dataset(name).items]
    client.client.dataset_items.delete(f"item-1-{suffix}")
    seen["left"] = [i.id for i in client.get_dataset(name).items]
    for number in range(55):
        client.create_dataset_item(dataset_name=name, input={"country": str(number)})
    seen["paged"] = len(client.get_dataset(name).items)
    seen["one"] = client.get_dataset_item(f"item-2-{suffix}").expected_output
    try:
        client.get_dataset(f"absent-{suffix}")
    except Exception as error:
        seen["absent"] = getattr(error, "status_code", type(error).__name__)


def reads():
    trace_id = sys.argv[3]
    trace = client.fetch_trace(trace_id).data
    seen["trace"] = [trace.name, trace.user_id, trace.session_id, trace.tags, len(trace.observations), len(trace.scores), trace.html_path]
    listed = client.fetch_traces(user_id=trace.user_id, session_id=trace.session_id, limit=10)
    seen["traces"] = [one.id for one in listed.data]
    seen["total"] = listed.meta.total_items
    seen["legacy"] = sorted(one.name for one in client.fetch_observations(trace_id=trace_id).data)
    one = client.fetch_observations(trace_id=trace_id, type="GENERATION").data[0]
    single = client.fetch_observation(one.id).data
    seen["generation"] = [single.name, single.model, single.usage.input, single.usage.output, single.input]
    seen["sessions"] = trace.session_id in [session.id for session in client.fetch_sessions(limit=50).data]
    seen["generations"] = [generation.name for generation in client.get_generations(trace_id=trace_id).data]
    found = client.client.score.get(name="q")
    seen["scores"] = [[score.name, score.data_type, score.value] for score in found.data if score.trace_id == trace_id]
    daily = client.client.metrics.daily(trace_name=trace.name)
    seen["daily"] = [[day.count_traces > 0, sorted(usage.model or "" for usage in day.usage)] for day in daily.data][:1]
    seen["models"] = client.client.models.list(limit=1).meta.total_items > 100
    seen["health"] = client.client.health.health().status
    project = client.client.projects.get().data[0]
    seen["project"] = [project.id, project.name]


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
