"""`langfuse` from 4.18 and 5 for Python: evaluators and rules by id, models under ids of the caller's choice, and skills where it has them."""
import hashlib
import inspect
import json
import os
from base64 import b64encode

from langfuse import Langfuse
from langfuse.api import LlmAdapter
from langfuse.api.commons import NotFoundError
from langfuse.api.evaluation_commons import (
    EvaluationRuleFilter_Boolean,
    EvaluationRuleFilter_Null,
    EvaluationRuleFilter_StringObject,
    EvaluationRuleFilter_StringOptions,
    EvaluatorOutputDefinition_Categorical,
    EvaluatorOutputDefinition_Numeric,
    PromptVariableMappingInput,
)
from langfuse.api.evaluation_errors import (
    BadRequestError,
    ConflictError,
    EvaluationNotFoundError,
    PreconditionFailedError,
)
from langfuse.api.evaluation_rules import EvaluationRuleEvaluatorAssignmentInput
from langfuse.api.evaluators import (
    CreateEvaluatorRequest_Code,
    CreateEvaluatorRequest_LlmAsJudge,
    EvaluatorChatMessage,
    EvaluatorModelConfig,
    UpdateEvaluatorMetadataRequest,
    UpdateLlmAsJudgeEvaluatorRequest,
)

client = Langfuse(
    public_key=os.environ["LANGFUSE_PUBLIC_KEY"],
    secret_key=os.environ["LANGFUSE_SECRET_KEY"],
    host=os.environ["LANGFUSE_HOST"],
    tracing_enabled=False,
)
api = client.api
out = {}


def read(value):
    """What a parsed answer holds, by the names of the wire."""
    return json.loads(value.json(by_alias=True))


def refusal(error):
    return [error.status_code, error.body.code.value]


def evaluation():
    api.llm_connections.upsert(
        provider="newest", adapter=LlmAdapter.OPEN_AI, secret_key="sk-0123456789abcdef", custom_models=["own"], with_default_models=False
    )
    evaluators, rules = api.evaluators, api.evaluation_rules

    def judge(model="own"):
        return CreateEvaluatorRequest_LlmAsJudge(
            name="correctness",
            description="how right it is",
            prompt=[
                EvaluatorChatMessage(role="system", content="You judge {{topic}}."),
                EvaluatorChatMessage(role="user", content="{{output}}"),
            ],
            model_config_=EvaluatorModelConfig(provider="newest", model=model),
            variable_mapping=[
                PromptVariableMappingInput(variable="topic", source="metadata", json_path="$.topic"),
                PromptVariableMappingInput(variable="output", source="output"),
            ],
            output_definition=EvaluatorOutputDefinition_Numeric(min_value=0, max_value=1, score_value_instructions="from 0 to 1"),
        )

    try:
        evaluators.create(request=judge("gpt-none"))
    except PreconditionFailedError as error:
        out["unusable"] = refusal(error)
    first = evaluators.create(request=judge())
    second = evaluators.create(request=judge())
    code = evaluators.create(
        request=CreateEvaluatorRequest_Code(name="is json", source_code="def evaluate(ctx): ...", source_code_language="PYTHON")
    )
    out["created"] = read(first)
    page = evaluators.list(limit=2)
    rest = evaluators.list(limit=2, cursor=page.meta.cursor)
    out["listed"] = [[each.name for each in listed.data] for listed in (page, rest)] + [rest.meta.cursor]
    out["distinct"] = first.id != second.id
    evaluators.update(first.id, request=UpdateEvaluatorMetadataRequest(name="renamed"))
    changed = evaluators.update(
        first.id,
        request=UpdateLlmAsJudgeEvaluatorRequest(
            prompt="{{output}}",
            output_definition=EvaluatorOutputDefinition_Categorical(categories=["good", "bad"], should_allow_multiple_matches=False),
            variable_mapping=[PromptVariableMappingInput(variable="output", source="output")],
        ),
    )
    out["changed"] = read(changed)
    out["versions"] = [[each.version, [m.role.value for m in each.prompt]] for each in evaluators.list_versions(first.id).data]

    filter = [
        EvaluationRuleFilter_StringOptions(column="type", operator="any of", value=["GENERATION"]),
        EvaluationRuleFilter_StringObject(column="metadata", key="team", operator="is set", value=""),
        EvaluationRuleFilter_Null(column="parentObservationId", operator="is null"),
        EvaluationRuleFilter_Boolean(column="isExperimentItemRootSpan", operator="=", value=True),
    ]
    assigned = [
        EvaluationRuleEvaluatorAssignmentInput(evaluator_id=code.id),
        EvaluationRuleEvaluatorAssignmentInput(
            evaluator_id=first.id, variable_mapping=[PromptVariableMappingInput(variable="output", source="expected_output")]
        ),
    ]
    rule = rules.create(name="live", enabled=True, evaluator_assignments=assigned, sampling=0.5, filter=filter)
    draft = rules.create(name="live", enabled=False, evaluator_assignments=[])
    out["rule"] = read(rules.get(rule.id))
    out["used"] = [each.evaluation_rule_id == rule.id for each in evaluators.get(first.id).evaluation_rule_assignments]
    page = rules.list(limit=1)
    out["rules"] = [[each.name, len(each.evaluator_assignments)] for each in page.data + rules.list(cursor=page.meta.cursor).data]
    try:
        rules.update(draft.id, enabled=True)
    except BadRequestError as error:
        out["empty"] = refusal(error)
    out["emptied"] = read(rules.update(rule.id, evaluator_assignments=[], name="off"))
    try:
        rules.create(name="x", enabled=False, evaluator_assignments=[EvaluationRuleEvaluatorAssignmentInput(evaluator_id="none")])
    except EvaluationNotFoundError as error:
        out["unknown"] = refusal(error)
    api.llm_connections.upsert(
        provider="newest", adapter=LlmAdapter.OPEN_AI, secret_key="sk-0123456789abcdef", custom_models=[], with_default_models=False
    )
    out["paused"] = evaluators.get(second.id).status.value
    try:
        rules.create(name="x", enabled=True, evaluator_assignments=[EvaluationRuleEvaluatorAssignmentInput(evaluator_id=second.id)])
    except ConflictError as error:
        out["cannotRun"] = refusal(error)
    out["deleted"] = [rules.delete(each.id).id == each.id for each in (rule, draft)]
    out["deleted"] += [evaluators.delete(each.id).id == each.id for each in (first, second, code)]
    try:
        evaluators.get(first.id)
    except EvaluationNotFoundError as error:
        out["gone"] = refusal(error)


def models():
    for price in (0.001, 0.002):
        model = api.models.upsert("chosen", model_name="my-model", match_pattern="^my-model$", unit="TOKENS", input_price=price)
    out["model"] = [model.id, model.model_name, model.prices["input"].price]
    api.models.delete("chosen")


def skills():
    from langfuse.api.unstable.skills import SkillVersionFileInput, SkillVersionFileReference

    skills = api.unstable.skills
    table = "| days | refund |\n"
    hash = b64encode(hashlib.sha256(table.encode()).digest()).decode()

    def skill(description):
        return SkillVersionFileInput(path="SKILL.md", content=f"---\nname: refund-policy\ndescription: {description}\n---\nBe kind.\n")

    first = skills.create_version(files=[skill("First."), SkillVersionFileInput(path="table.md", content=table)])
    second = skills.create_version(
        files=[skill("Second."), SkillVersionFileReference(path="table.md", sha256hash=hash)], commit_message="anew"
    )
    skills.set_labels("refund-policy", 1, labels=["production"])
    skills.update("refund-policy", tags=["support"])
    served = skills.get("refund-policy")
    newest = skills.get("refund-policy", label="latest")
    listed = skills.list(search="SECOND", tag="support")
    out["skill"] = {
        "created": read(second),
        "served": [served.version, served.labels, served.tags],
        "newest": [newest.version, newest.labels],
        "listed": [[each.name, each.latest_version, each.production_version] for each in listed.data],
        "next": listed.meta.has_next_page,
        "contents": [each.content for each in skills.get_file_contents(sha256hashes=hash).data],
        "shared": first.files[1].sha256hash == hash,
        "deleted": [skills.delete_version("refund-policy", version).deleted for version in (1, 2)],
    }
    try:
        skills.get("refund-policy")
    except NotFoundError as error:
        out["skill"]["gone"] = [error.status_code, error.body["error"]]


def prompts():
    for name in ("tools/search/description", "tools/fetch/description", "other"):
        client.create_prompt(name=name, prompt="x", config={"model": name})
    conditions = [
        {"type": "string", "column": "name", "operator": "starts with", "value": "tools/"},
        {"type": "stringObject", "column": "config", "key": "model", "operator": "contains", "value": "FETCH"},
    ]
    out["prompts"] = [[each.name, each.versions] for each in api.prompts.list(name="other", filter=json.dumps(conditions)).data]


evaluation()
models()
if "filter" in inspect.signature(api.prompts.list).parameters:
    prompts()
if hasattr(api.unstable, "skills"):
    skills()
print(json.dumps(out))
