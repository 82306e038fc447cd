"""Runs over a dataset by hand, generation 2: `item.observe` around decorated functions, and `item.link` with a trace and an observation."""

import json
import sys

from langfuse import Langfuse
from langfuse.decorators import langfuse_context, observe

name = sys.argv[1]
langfuse = Langfuse()
langfuse.create_dataset(name=name, description="Capitals", metadata={"topic": "geography"})
for item_id, question, capital in [("paris", "France?", "Paris"), ("rome", "Italy?", "Rome")]:
    langfuse.create_dataset_item(
        dataset_name=name, id=f"{name}-{item_id}", input={"question": question}, expected_output=capital, metadata={"row": item_id}
    )


@observe()
def answer(question):
    langfuse_context.score_current_trace(name="exact", value=1)
    return "Paris" if question == "France?" else "Milan"


dataset = langfuse.get_dataset(name)
traces = {}
for item in dataset.items:
    with item.observe(run_name="observed", run_description="With decorators", run_metadata={"by": "observe"}) as trace_id:
        answer(item.input["question"], langfuse_observation_id=trace_id)
        traces[item.id] = trace_id
langfuse_context.flush()

item = next(item for item in dataset.items if item.id.endswith("rome"))
trace = langfuse.trace(name="linked", input=item.input, output="Rome")
item.link(trace, "linked")
generation = trace.generation(name="inner", input="Italy?", output="Rome!", model="none")
generation.end()
item.link(generation, "linked", run_description="By hand", run_metadata={"by": "link"})
langfuse.flush()

run = langfuse.get_dataset_run(name, "linked")
runs = langfuse.get_dataset_runs(name)
print(
    json.dumps(
        {
            "datasetId": dataset.id,
            "observed": traces,
            "linked": {"traceId": trace.id, "id": generation.id},
            "runRead": {
                "description": run.description,
                "metadata": run.metadata,
                "items": sorted([item.trace_id, item.observation_id] for item in run.dataset_run_items if item.observation_id),
                "count": len(run.dataset_run_items),
            },
            "runNames": [one.name for one in runs.data],
        }
    )
)
