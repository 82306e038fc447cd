"""Experiments by the SDK's runner, generations 3, 4 and 5: over a dataset and over local data, with evaluators, and a task that fails.

Arguments: the dataset's name. Prints what the runner says of itself, and (where the client can ask) what is read back.
"""

import json
import sys
import time
from datetime import datetime, timedelta, timezone
from importlib.metadata import version as version_of

from langfuse import Evaluation, get_client

GENERATION = int(version_of("langfuse").split(".")[0])
name = sys.argv[1]
langfuse = get_client()
before = datetime.now(timezone.utc) - timedelta(minutes=1)

langfuse.create_dataset(name=name, description="Capitals", metadata={"topic": "geography"})
for item_id, question, capital in [("paris", "France?", "Paris"), ("rome", "Italy?", "Rome"), ("fails", "Atlantis?", "none")]:
    langfuse.create_dataset_item(
        dataset_name=name,
        id=f"{name}-{item_id}",
        input={"question": question},
        expected_output=capital,
        metadata={"hard": item_id == "rome"},
    )
time.sleep(0.01)
version = datetime.now(timezone.utc)
time.sleep(0.01)
langfuse.create_dataset_item(dataset_name=name, id=f"{name}-paris", input={"question": "France, again?"})


def input_of(item):
    return item["input"] if isinstance(item, dict) else item.input


def task(*, item, **_):
    question = input_of(item)["question"]
    if question == "Atlantis?":
        raise ValueError("It is not on the map")
    # One answer is wrong on purpose.
    return "Paris" if question.startswith("France") else "Milan"


def exact(*, output, expected_output, **_):
    return Evaluation(name="exact", value=1.0 if output == expected_output else 0.0, comment=f"wanted {expected_output}")


def kind(*, output, **_):
    return [
        Evaluation(name="kind", value="city", data_type="CATEGORICAL"),
        Evaluation(name="short", value=1, data_type="BOOLEAN"),
    ]


def broken(**_):
    raise RuntimeError("An evaluator that fails costs only itself")


def mean(*, item_results, **_):
    values = [e.value for result in item_results for e in result.evaluations if e.name == "exact"]
    return Evaluation(name="mean exact", value=sum(values) / len(values), comment=f"{len(values)} items")


def told(result):
    items = [{"traceId": r.trace_id, "output": r.output, "scores": sorted(e.name for e in r.evaluations)} for r in result.item_results]
    return {
        "runName": result.run_name,
        "experimentId": getattr(result, "experiment_id", None),
        "datasetRunId": result.dataset_run_id,
        "datasetRunUrl": result.dataset_run_url,
        "runEvaluations": [[e.name, e.value] for e in result.run_evaluations],
        "items": sorted(items, key=lambda item: item["output"]),
    }


dataset = langfuse.get_dataset(name)
run = dataset.run_experiment(
    name="capitals",
    run_name="run one",
    description="First try",
    task=task,
    evaluators=[exact, kind, broken],
    run_evaluators=[mean],
    max_concurrency=2,
    metadata={"model": "none"},
)
local = langfuse.run_experiment(
    name=f"local {name}",
    run_name=f"local {name}",
    data=[
        {"input": {"question": "France?"}, "expected_output": "Paris", "metadata": {"row": "one"}},
        {"input": {"question": "Italy?"}, "expected_output": "Rome"},
    ],
    task=task,
    evaluators=[exact],
    run_evaluators=[mean],
    metadata={"where": "local"},
)
old = langfuse.get_dataset(name, version=version)
versioned = old.run_experiment(name="versioned", run_name="of a version", task=task)
langfuse.flush()

said = {
    "generation": GENERATION,
    "datasetId": dataset.id,
    "version": version.isoformat(),
    "inputs": sorted(item.input["question"] for item in dataset.items),
    "oldInputs": sorted(item.input["question"] for item in old.items),
    "run": told(run),
    "local": told(local),
    "versioned": told(versioned),
}

if GENERATION < 5:
    read = langfuse.get_dataset_run(dataset_name=name, run_name="run one")
    said["runRead"] = {
        "description": read.description,
        "metadata": read.metadata,
        "items": sorted(item.dataset_item_id for item in read.dataset_run_items),
    }
    runs = langfuse.get_dataset_runs(dataset_name=name)
    said["runNames"] = [one.name for one in runs.data]

if GENERATION >= 4:

    def wait_for(ask, enough):
        for _ in range(50):
            answer = ask()
            if enough(answer):
                return answer
            time.sleep(0.1)
        return answer

    api = langfuse.api
    wanted = 3
    items = wait_for(
        lambda: api.experiments.list_items(
            from_start_time=before,
            experiment_id=run.experiment_id,
            fields="core,dataset,io,metadata,itemMetadata,experimentMetadata,scores",
        ),
        lambda answer: len(answer.data) == wanted and sum(len(item.scores or []) for item in answer.data) == 6,
    )
    experiments = wait_for(
        lambda: api.experiments.list(from_start_time=before, id=run.experiment_id, fields="core,metadata,scores"),
        lambda answer: len(answer.data) == 1 and len(answer.data[0].scores or []) == 1,
    )
    # Two pages of two and one.
    first = api.experiments.list_items(from_start_time=before, experiment_id=run.experiment_id, limit=2)
    second = api.experiments.list_items(
        from_start_time=before, experiment_id=run.experiment_id, limit=2, cursor=first.meta.cursor
    )
    said["pages"] = [len(first.data), len(second.data), second.meta.cursor]
    dump = lambda model: json.loads(model.json(by_alias=True) if hasattr(model, "json") else model.model_dump_json(by_alias=True))
    said["experiments"] = [dump(one) for one in experiments.data]
    said["experimentItems"] = [dump(item) for item in items.data]

langfuse.shutdown()
print(json.dumps(said, default=str))
